// Compiles a scenario's eBPF program with this machine's clang, once for each source and compiler. A stranger may have written it, and what a compiler
// is told to include ends up in the object: it runs as the lab uid, in a sandbox with /usr and nothing else.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LabError } from '../../../spec/errors.ts'
import { runCommand } from '../../../system/command.ts'
import { cacheFolder } from '../../../system/folders.ts'
import { findProgram, labUid, rootLinks } from '../sandbox-recipe.ts'

const compileMs = 30_000
const objectBytesMax = 1 << 20
/** -g: the loader takes the maps' definitions from the debug information. */
const flags = ['-O2', '-g', '-Wall', '-target', 'bpf', '-mcpu=v2']

/** Resolves with the object's file. Throws LabError scenario-invalid with clang's words. */
export async function compileProgram(name: string, code: string, signal: AbortSignal): Promise<string> {
  const { stdout: version } = await runCommand(['clang', '--version'], { signal })
  const digest = createHash('sha256')
    .update([version, ...flags, code].join('\0'))
    .digest('hex')
  const folder = join(cacheFolder(), 'ebpf')
  const file = join(folder, `${digest.slice(0, 32)}.o`)
  if (existsSync(file)) return file
  const object = await runClang(name, code, await systemInclude(signal), signal)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, object, { mode: 0o600 })
  renameSync(fresh, file)
  return file
}

/** Debian keeps asm/types.h in a folder of the processor's, where clang does not look when it compiles for bpf. */
async function systemInclude(signal: AbortSignal): Promise<string> {
  const { stdout } = await runCommand(['cc', '-print-multiarch'], { signal })
  return join('/usr/include', stdout.trim())
}

function runClang(name: string, code: string, include: string, signal: AbortSignal): Promise<Buffer> {
  const bwrap = findProgram('bwrap') as string
  const clang = ['clang', ...flags, '-I', include, '-x', 'c', '-c', '-o', '-', '-']
  const sandbox = ['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--setenv', 'PATH', '/usr/bin']
  const child = spawn(
    bwrap,
    [...sandbox, '--ro-bind', '/usr', '/usr', ...rootLinks(), '--dev', '/dev', '--tmpfs', '/tmp', '--chdir', '/tmp', ...clang],
    {
      uid: labUid,
      gid: labUid,
      cwd: '/',
      signal,
      timeout: compileMs,
      killSignal: 'SIGKILL',
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: '/usr/bin' } as unknown as NodeJS.ProcessEnv, // Next's types ask for NODE_ENV
    },
  )
  return new Promise((resolve, reject) => {
    const object: Buffer[] = []
    let bytes = 0
    let words = ''
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > objectBytesMax) child.kill('SIGKILL')
      else object.push(chunk)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk).slice(0, 4000)
    })
    child.on('error', reject)
    child.on('close', (exitCode) => {
      if (exitCode === 0) return resolve(Buffer.concat(object))
      reject(new LabError('scenario-invalid', `${name} does not compile: ${words.replaceAll('<stdin>', name).trim() || 'clang was ended'}`))
    })
    child.stdin.on('error', () => {}) // clang is gone: its end is told
    child.stdin.end(code)
  })
}
