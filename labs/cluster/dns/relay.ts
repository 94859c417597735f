// Joins a running dns-relay to the function that knows the answers. Called by the control plane for each coredns pod and for the resolver of the lan.
import type { Log } from '../../system/log.ts'
import type { SandboxProcess } from '../../system/sandbox-init.ts'
import { createQueryDecoder, encodeAnswer, type RelayedQuery } from './relay-codec.ts'

export type AnswerQuery = (query: Uint8Array, transport: 'udp' | 'tcp', client: RelayedQuery['client']) => Promise<Uint8Array | undefined>

/**
 * Answers what the relay hands over, for as long as it runs. A query whose answer fails is logged and left unanswered, as by a server that lost its upstream.
 * The relay's stderr is the caller's: the kubelet shows it as the container's log.
 */
export function serveRelay(
  relay: Pick<SandboxProcess, 'onStdout' | 'ack' | 'write' | 'kill' | 'exited'>,
  answer: AnswerQuery,
  log: Pick<Log, 'error'>,
): void {
  const decode = createQueryDecoder()
  let ended = false
  void relay.exited.then(() => {
    ended = true
  })
  async function respond({ id, transport, client, message }: RelayedQuery): Promise<void> {
    let bytes: Uint8Array | undefined
    try {
      bytes = await answer(message, transport, client)
    } catch (error) {
      log.error({ error: String(error) }, 'dns: a query could not be answered')
    }
    if (!ended) relay.write(encodeAnswer(id, bytes))
  }
  relay.onStdout((bytes) => {
    relay.ack(bytes.length)
    try {
      for (const query of decode(bytes)) void respond(query)
    } catch (error) {
      log.error({ error: String(error) }, 'dns: the relay is ended, its stream cannot be read')
      relay.kill(9)
    }
  })
}
