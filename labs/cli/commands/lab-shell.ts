// `podwire lab shell`: a shell in a lab, in this terminal. It is one of the lab's terminals: a browser sees it as a tab.
import { randomUUID } from 'node:crypto'
import { defineCommand } from 'citty'
import type { LabClient } from '../../sessions/sessions.ts'
import { LabError } from '../../spec/errors.ts'
import { formatTarget, parseTarget } from '../../spec/target.ts'
import { withLabs } from '../context.ts'
import { inFlag, jsonFlag, labWord } from '../flags.ts'
import { hasTerminal, takeTerminal } from '../raw-terminal.ts'

export const labShell = defineCommand({
  meta: { name: 'shell', description: 'A shell in a lab, in this terminal' },
  args: { ...labWord, ...inFlag, ...jsonFlag },
  run: ({ args }) =>
    withLabs(async ({ pickLab, connect }) => {
      const target = formatTarget(parseTarget(args.in ?? 'laptop'))
      const lab = await pickLab(args.lab)
      if (!hasTerminal())
        throw new LabError('bad-request', 'lab shell needs a terminal on stdin and stdout.', { hint: 'Use podwire lab exec for scripts.' })
      const client = await connect(lab)
      try {
        process.exitCode = await runShell(client, target)
      } finally {
        client.close()
      }
    }),
})

/** Resolves with the shell's exit code. */
async function runShell(client: LabClient, target: string): Promise<number> {
  const terminal = takeTerminal()
  const clientId = randomUUID()
  let inputSeq = 0
  let terminalId: string | undefined
  // what the lab's end has overtaken needs no answer: `closed` tells
  const send = (request: Parameters<LabClient['request']>[0], tail?: Uint8Array) =>
    void client.request(request, tail).catch(() => undefined)
  const onInput = (bytes: Buffer) => terminalId && send({ op: 'terminal.input', terminalId, clientId, inputSeq: ++inputSeq }, bytes)
  try {
    const exit = new Promise<number>((resolve, reject) => {
      client.onPush((message, tail) => {
        if (message.op === 'terminal.exit' && message.terminalId === terminalId) {
          terminalId = undefined // what the lab says about it after this is for tabs that stay
          resolve(message.code)
        }
        if (message.op !== 'output' || message.terminalId !== terminalId) return
        const { seq, terminalId: id } = message
        process.stdout.write(tail, () => send({ op: 'terminal.ack', terminalId: id, seq: seq + tail.length }))
      })
      void client.closed.then(() => reject(new LabError('connection-lost', 'The lab has ended.')))
    })
    exit.catch(() => {}) // awaited below, unless opening fails first
    const opened = await client.request({ op: 'terminal.open', target, ...terminal.size() })
    const id = opened.terminalId
    terminalId = id
    await client.request({ op: 'terminal.attach', terminalId: id, fromSeq: 0 })
    send({ op: 'terminal.resize', terminalId: id, ...terminal.size() })
    terminal.onResize((size) => send({ op: 'terminal.resize', terminalId: id, ...size }))
    process.stdin.on('data', onInput)
    const code = await exit
    await client.request({ op: 'terminal.close', terminalId: id })
    return code
  } finally {
    process.stdin.off('data', onInput)
    terminal.restore()
    process.stdout.write('\r\n')
  }
}
