// What the scripts say, ask and run. Used by setup.mjs, system-packages.mjs and whoever calls them. No dependencies.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const root = join(import.meta.dirname, '..')

export const say = (line) => process.stdout.write(`${line}\n`)

/** A failure a person can mend: printed without a stack. */
export class SetupError extends Error {}

/** Runs a command with its output shown; throws SetupError with the mend. */
export function run(argv, { mend, env = {}, cwd = root, quiet = false } = {}) {
  const [file, ...args] = argv
  const r = spawnSync(file, args, {
    cwd,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  if (r.status === 0) return
  const output = quiet ? `\n${r.stdout ?? ''}${r.stderr ?? ''}` : ''
  throw new SetupError(
    `${argv.join(' ')} failed${r.error ? `: ${r.error.message}` : r.status === null ? ` (${r.signal})` : ` with exit code ${r.status}`}.${output}${mend ? `\n→ ${mend}` : ''}`,
  )
}

/** Enter is a yes; Ctrl-C and Ctrl-D, which leave the question open, are a no. */
export function ask(question, { input = process.stdin, output = process.stdout } = {}) {
  const reader = createInterface({ input, output })
  return new Promise((resolve) => {
    reader.once('close', () => {
      output.write('\n')
      resolve(false)
    })
    reader.question(`${question} [Y/n] `, (answer) => {
      reader.removeAllListeners('close')
      reader.close()
      resolve(/^(y|yes|)$/i.test(answer.trim()))
    })
  })
}
