// Runs one command in a lab to its end, over a client's connection. Used by integration tests.
import type { LabClient } from '../sessions.ts'

/** Rejects when the lab refuses or is lost before the command has ended. */
export async function runInLab(client: LabClient, target: string, ...argv: string[]): Promise<{ code: number; stdout: string }> {
  let stdout = ''
  let execId = ''
  let unsubscribe = () => {}
  const exit = new Promise<number>((resolve, reject) => {
    unsubscribe = client.onPush((message, tail) => {
      if (message.op === 'exec.out' && message.execId === execId) {
        if (message.stream === 'stdout') stdout += tail
        client.request({ op: 'exec.ack', execId, bytes: tail.length }).catch(reject)
      }
      if (message.op === 'exec.exit' && message.execId === execId) resolve(message.code)
    })
    void client.closed.then(() => reject(new Error(`the lab was lost while ${argv[0]} ran`)))
  })
  exit.catch(() => {}) // awaited below, unless the command does not even start
  try {
    execId = (await client.request({ op: 'exec', target, argv, stdin: false, record: false })).execId
    return { code: await exit, stdout }
  } finally {
    unsubscribe()
  }
}
