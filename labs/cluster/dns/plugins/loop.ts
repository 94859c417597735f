// `loop`: asks a name that nobody else can know. When the question comes back, the upstream is this very server, and CoreDNS ends itself.
import { randomInt } from 'node:crypto'
import { encodeQuery, recordTypes, toLabels } from '../message.ts'
import type { Setup } from '../plugin.ts'
import { isBelow } from '../zones.ts'
import { onlyOnce } from './once.ts'

const tolerated = 2
const retryMs = 1000
const watchMs = 2000
const giveUpMs = 30_000

const randomLabel = (): string => String(BigInt(randomInt(2 ** 31)) * BigInt(2 ** 31) + BigInt(randomInt(2 ** 31)))

export const loop: Setup = (words, { zones, port, environment }) => {
  onlyOnce(words, () => {
    if (words.nextArgument()) throw words.argumentError()
  })
  const { clock } = environment
  const zone = zones[0] ?? '.'
  const name = `${randomLabel()}.${randomLabel()}.${zone === '.' ? '' : zone}`
  let seen = 0
  let off = false

  async function ask(): Promise<void> {
    const deadline = clock.monotonicMs() + giveUpMs
    const question = { id: randomInt(65_536), name: toLabels(name), type: recordTypes.HINFO, class: 1 }
    const query = encodeQuery({ ...question, recursionDesired: true, checkingDisabled: false })
    while (!off && clock.monotonicMs() < deadline) {
      const answer = await environment.exchange({ address: '127.0.0.1', port }, query, 'udp', retryMs)
      if ('reply' in answer) break
      seen = 0
      await clock.sleep(retryMs)
    }
    await clock.sleep(watchMs)
    off = true
  }

  return {
    start: () => void ask(),
    stop: () => {
      off = true
    },
    handler: (next) => async (request) => {
      if (off || request.question.type !== recordTypes.HINFO || !isBelow(zone, request.name)) return next(request)
      if (request.name === name) seen++
      if (seen <= tolerated) return next(request)
      const { address, port: from } = request.client
      const advice = 'see https://coredns.io/plugins/loop#troubleshooting'
      environment.fatal(
        `[FATAL] plugin/loop: Loop (${address}:${from} -> :${port}) detected for zone ${JSON.stringify(zone)}, ${advice}. Query: "HINFO ${name}"`,
      )
      return { rcode: 'SERVFAIL' }
    },
  }
}
