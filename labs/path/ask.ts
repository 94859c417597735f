// Asks a place for facts: a script of the platform's tools in its network namespace. Used by lookup.ts, rules.ts and the causes.
import type { Cluster } from '../runtimes/runtime.ts'
import { parseTarget } from '../spec/target.ts'

/** What a script printed, standard output and errors together; a script that hangs is ended after `timeoutMs` and its output so far counts. */
export type Ask = (place: string, script: string) => Promise<string>

const timeoutMs = 1500
const most = 4 * 1024 * 1024

/** Throws target-unknown for a place that is gone. */
export function askingIn(cluster: Pick<Cluster, 'spawn'>, signal: AbortSignal): Ask {
  return async (place, script) => {
    signal.throwIfAborted()
    const process = await cluster.spawn(parseTarget(place), ['sh', '-c', script], { view: 'platform' })
    const output: Buffer[] = []
    let size = 0
    const take = (bytes: Buffer) => {
      process.ack(bytes.length)
      if (size < most) output.push(bytes)
      size += bytes.length
    }
    process.onStdout(take)
    process.onStderr(take)
    process.end()
    const end = () => process.kill('SIGKILL')
    const timer = setTimeout(end, timeoutMs)
    signal.addEventListener('abort', end, { once: true })
    await process.exited
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
    return Buffer.concat(output).toString('utf8')
  }
}

const border = '\u001e'

/** Several scripts in one process: each one's output, trimmed. */
export async function askAll<K extends string>(ask: Ask, place: string, scripts: Record<K, string>): Promise<Record<K, string>> {
  const names = Object.keys(scripts) as K[]
  const script = names.map((name) => `(${scripts[name]}) 2>&1; printf '\\036'`).join('\n')
  const parts = (await ask(place, script)).split(border)
  return Object.fromEntries(names.map((name, n) => [name, (parts[n] ?? '').trim()])) as Record<K, string>
}

/** For scripts: interface names are the student's choice. */
export const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** The first line of a tool's output. */
export const firstLine = (text: string): string => text.split('\n')[0]?.trim() ?? ''
