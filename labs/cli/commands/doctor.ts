// `podwire doctor`: what this machine has, what it lacks, and the command that mends it.
import { defineCommand } from 'citty'
import { type Finding, judge, report, verdict } from '../../../scripts/doctor.mjs'
import { gatherFacts } from '../../../scripts/facts.mjs'
import { gatherToolFacts, type ToolFacts } from '../../runtimes/kind/tool-facts.ts'
import { judgeTools } from '../../runtimes/kind/tool-findings.ts'
import { toolPlaces } from '../../runtimes/kind/tools.ts'
import { cacheFolder } from '../../system/folders.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput } from '../output.ts'

/** Labs on kind are a choice: what they lack keeps nothing else from working. */
const kindFindings = (facts: ToolFacts): Finding[] =>
  judgeTools(facts).findings.map(({ required, ...finding }) => ({ ...finding, level: required ? 'kind' : 'comfort' }))
const isMissing = ({ level, ok }: Finding) => level === 'kind' && !ok

export const doctor = defineCommand({
  meta: { name: 'doctor', description: 'What this machine has and lacks, and the command that mends it' },
  args: { facts: { type: 'boolean', description: 'with --json: the facts too, for a bug report' }, ...jsonFlag },
  async run({ args }) {
    const output = createOutput(args.json === true)
    const [facts, kind] = await Promise.all([gatherFacts({ cacheFolder: cacheFolder() }), gatherToolFacts(toolPlaces())])
    const findings = [...judge(facts), ...kindFindings(kind)]
    const { labs, pages, sentence } = verdict(findings)
    output.data({ labs, pages, sentence, findings, ...(args.facts ? { facts: { ...facts, kind } } : {}) })
    output.say(`${facts.os}, Linux ${facts.kernel}, Node.js ${facts.node}\n`)
    output.say(report(findings))
    const onKind = findings.some(isMissing)
      ? ' Labs on kind, which are optional, need what is marked "not yet".'
      : labs
        ? ' Labs on kind work too.'
        : ''
    output.say(`\n${sentence}${onKind}`)
    if (!labs) process.exitCode = 1
  },
})
