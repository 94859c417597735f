// `podwire map`: the lab's network as it is: nodes, pods, outside hosts, their addresses, routes, links and traffic; once, or as it changes.
import { setTimeout as delay } from 'node:timers/promises'
import { defineCommand } from 'citty'
import type { LabClient } from '../../sessions/sessions.ts'
import type { MapTraffic, NetworkMap } from '../../spec/map.ts'
import { mapChanges } from '../../spec/map-changes.ts'
import { withLabs } from '../context.ts'
import { jsonFlag, labWord } from '../flags.ts'
import { changeLine, mapLines } from '../map-lines.ts'
import { createOutput, type Output } from '../output.ts'
import { unlessInterrupted } from '../signals.ts'

/** Counters are read once a second, in every place at its own time: what the second round says is whole. */
const rounds = 2
const trafficMs = 3000

function wholeTraffic(client: LabClient): Promise<MapTraffic | undefined> {
  let last: MapTraffic | undefined
  const told = new Promise<void>((resolve) => {
    let n = 0
    client.onPush((message) => {
      if (message.op !== 'map.traffic') return
      last = message.traffic
      if (++n === rounds) resolve()
    })
  })
  return Promise.race([told, delay(trafficMs, undefined, { ref: false })]).then(() => last)
}

async function watch(client: LabClient, output: Output): Promise<void> {
  let before: NetworkMap | undefined
  const clock = () => new Date().toLocaleTimeString('en-GB')
  const show = (map: NetworkMap) => {
    const lines = before ? mapChanges(before, map).map((change) => `${clock()}  ${changeLine(change)}`) : mapLines(map, undefined)
    before = map
    for (const line of lines) output.say(line)
    output.data({ map })
  }
  client.onPush((message) => {
    if (message.op === 'map') show(message.map)
    if (message.op === 'map.traffic') output.data({ traffic: message.traffic })
  })
  show(await client.request({ op: 'map.watch' }))
  await client.closed
}

export const map = defineCommand({
  meta: { name: 'map', description: 'The network of a lab: nodes, pods, outside hosts, addresses, routes, links, traffic' },
  args: {
    ...labWord,
    watch: { type: 'boolean', description: 'go on and print what changes; with --json one document per change and second' },
    ...jsonFlag,
  },
  run: ({ args }) =>
    withLabs(async ({ pickLab, connect }) => {
      const output = createOutput(args.json === true)
      const client = await connect(await pickLab(args.lab))
      try {
        if (args.watch) return await unlessInterrupted(() => watch(client, output))
        const told = wholeTraffic(client)
        const now = await client.request({ op: 'map.watch' })
        const traffic = now.places.length > 0 ? await told : undefined
        output.data({ map: now, traffic })
        for (const line of mapLines(now, traffic)) output.say(line)
      } finally {
        client.close()
      }
    }),
})
