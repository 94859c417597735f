// One resolver that `forward` asks: after a failure it is asked for the root's servers again and again until it answers.
import { randomInt } from 'node:crypto'
import { encodeQuery, recordTypes } from '../message.ts'
import type { DnsEnvironment, Exchanged, Transport } from '../plugin.ts'

const checkTimeoutMs = 1000

export interface Upstream {
  exchange(query: Uint8Array, transport: Transport, timeoutMs: number): Promise<Exchanged>
  isDown(maxFails: number): boolean
  lookAfter(): void
  stop(): void
}

export function createUpstream(where: { address: string; port: number }, { exchange, clock }: DnsEnvironment, everyMs: number): Upstream {
  let fails = 0
  let isLookedAfter = false
  let stopped = false

  async function check(): Promise<void> {
    const question = { id: randomInt(65_536), name: [], type: recordTypes.NS, class: 1, recursionDesired: true, checkingDisabled: false }
    const answer = await exchange(where, encodeQuery(question), 'udp', checkTimeoutMs)
    if ('reply' in answer) {
      fails = 0
      isLookedAfter = false
      return
    }
    fails++
    if (stopped) return
    await clock.sleep(everyMs)
    if (!stopped) await check()
  }

  return {
    exchange: (query, transport, timeoutMs) => exchange(where, query, transport, timeoutMs),
    isDown: (maxFails) => maxFails > 0 && fails > maxFails,
    lookAfter() {
      if (isLookedAfter || stopped) return
      isLookedAfter = true
      void check()
    },
    stop() {
      stopped = true
    },
  }
}
