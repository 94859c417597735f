// `podwire scenario lint`: what is wrong with a scenario's files, where, and how to mend it.

import { join } from 'node:path'
import { defineCommand } from 'citty'
import { lintScenario } from '../../catalogue/authoring/lint.ts'
import { formatProblem } from '../../catalogue/problem.ts'
import { scenarioIds } from '../../catalogue/scenario-catalogue.ts'
import { jsonFlag } from '../flags.ts'
import { createOutput } from '../output.ts'
import { folderOfScenario, ownScenarios, scenarioWord } from '../scenario-folder.ts'

export const scenarioLint = defineCommand({
  meta: { name: 'lint', description: 'Say what is wrong with the files of a scenario, where, and how to mend it' },
  args: { ...scenarioWord, ...jsonFlag },
  async run({ args }) {
    const output = createOutput(args.json === true)
    const all = async () => (await scenarioIds(ownScenarios())).map((id) => join(ownScenarios(), id))
    const folders = args.scenario ? [await folderOfScenario(args.scenario)] : await all()
    const results = await Promise.all(folders.map(async (folder) => ({ folder, findings: await lintScenario(folder) })))
    for (const { folder, findings } of results)
      for (const finding of findings) output.say(`${finding.level}: ${formatProblem({ ...finding, file: join(folder, finding.file) })}`)
    const count = (level: string) => results.flatMap(({ findings }) => findings.filter((each) => each.level === level)).length
    output.data({ scenarios: results })
    output.say(`${results.length} scenarios, ${count('error')} errors, ${count('warning')} warnings.`)
    if (count('error')) process.exitCode = 1
  },
})
