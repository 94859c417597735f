// `podwire kind status`: what labs on kind would use here, and the clusters that are there.
import { freemem, totalmem } from 'node:os'
import { defineCommand } from 'citty'
import { type KindCluster, listClusters } from '../../runtimes/kind/cluster-list.ts'
import { gatherToolFacts } from '../../runtimes/kind/tool-facts.ts'
import { judgeTools } from '../../runtimes/kind/tool-findings.ts'
import { decideEngine, toolPlaces } from '../../runtimes/kind/tools.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput, formatTable } from '../output.ts'

export const kindStatus = defineCommand({
  meta: { name: 'status', description: 'Engine, kind, node image, clusters of labs and their memory' },
  args: { ...jsonFlag },
  async run({ args }) {
    const output = createOutput(args.json === true)
    const places = toolPlaces()
    const facts = await gatherToolFacts(places)
    const { findings, engine, kind } = judgeTools(facts)
    const clusters = engine ? await listClusters(decideEngine(facts), places.env) : []
    const ready = findings.every(({ ok, required }) => ok || !required)
    const memory = { totalBytes: totalmem(), freeBytes: freemem() }
    output.data({
      ready,
      engine: engine ? { name: engine.name, program: engine.program, version: engine.version } : null,
      kind: kind ? { program: kind.program, version: kind.version } : null,
      image: facts.image?.name ?? null,
      findings,
      clusters,
      memory,
    })
    for (const { ok, required, what, found, mend } of findings) {
      output.say(`${ok ? '✔' : required ? '✘' : '!'} ${what.replace('labs on kind: ', '')}: ${found}`)
      if (mend) output.say(`    → ${mend}`)
    }
    output.say(`  memory: ${gigabytes(memory.freeBytes)} of ${gigabytes(memory.totalBytes)} free`)
    output.say()
    output.say(
      clusters.length ? formatTable([['CLUSTER', 'NODE', 'STATE', 'MEMORY'], ...clusters.flatMap(rowsOf)]) : 'No cluster of a lab.',
    )
    if (!ready) process.exitCode = 1
  },
})

const gigabytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`
const rowsOf = ({ name, nodes }: KindCluster) =>
  nodes.map((node, i) => [
    i ? '' : name,
    node.name,
    node.state,
    node.memoryBytes === undefined ? '' : `${Math.round(node.memoryBytes / 1024 ** 2)} MiB`,
  ])
