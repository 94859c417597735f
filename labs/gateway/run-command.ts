// One command in a lab for a page that wants to read its output: bounded in time and size, recorded as the learner's own. Used by gateway.ts.
import type { LabClient } from '../sessions/sessions.ts'
import type { CommandSeen } from '../spec/socket.ts'

const maxMs = 10_000
const maxBytes = 16 << 10

export async function runCommand(client: LabClient, target: string, command: string): Promise<CommandSeen> {
  const chunks: Buffer[] = []
  let size = 0
  let execId: string | undefined
  let finish: (exitCode: number | undefined) => void = () => {}
  const done = new Promise<number | undefined>((resolve) => {
    finish = resolve
  })
  const stop = client.onPush((message, tail) => {
    // what a command prints comes after the reply that names it
    if (message.op === 'exec.exit' && message.execId === execId) finish(message.code)
    if (message.op !== 'exec.out' || message.execId !== execId) return
    if (size < maxBytes) chunks.push(Buffer.from(tail.subarray(0, maxBytes - size)))
    size += tail.length
    if (size > maxBytes) return finish(undefined)
    client.request({ op: 'exec.ack', execId, bytes: tail.length }).catch(() => finish(undefined)) // the lab is gone: so is the command
  })
  void client.closed.then(() => finish(undefined))
  const timer = setTimeout(() => finish(undefined), maxMs)
  try {
    execId = (await client.request({ op: 'exec', target, argv: ['sh', '-c', command], stdin: false })).execId
    const exitCode = await done
    if (exitCode === undefined) await client.request({ op: 'exec.signal', execId, signal: 'SIGKILL' }).catch(() => undefined)
    return { output: Buffer.concat(chunks).toString(), cut: size > maxBytes, ...(exitCode === undefined ? {} : { exitCode }) }
  } finally {
    clearTimeout(timer)
    stop()
  }
}
