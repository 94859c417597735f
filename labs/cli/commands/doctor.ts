// `podwire doctor`: what this machine has, what it lacks, and the command that mends it.
import { join } from 'node:path'
import { defineCommand } from 'citty'
import { judge, report, verdict } from '../../../scripts/doctor.mjs'
import { gatherFacts } from '../../../scripts/facts.mjs'
import { cacheFolder } from '../../system/folders.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput } from '../output.ts'

export const doctor = defineCommand({
  meta: { name: 'doctor', description: 'What this machine has and lacks, and the command that mends it' },
  args: { facts: { type: 'boolean', description: 'with --json: the facts too, for a bug report' }, ...jsonFlag },
  async run({ args }) {
    const output = createOutput(args.json === true)
    const facts = await gatherFacts({ cacheFolder: join(cacheFolder()) })
    const findings = judge(facts)
    const { labs, pages, sentence } = verdict(findings)
    output.data({ labs, pages, sentence, findings, ...(args.facts ? { facts } : {}) })
    output.say(`${facts.os}, Linux ${facts.kernel}, Node.js ${facts.node}\n`)
    output.say(report(findings))
    output.say(`\n${sentence}`)
    if (!labs) process.exitCode = 1
  },
})
