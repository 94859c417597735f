// `podwire lab status`: the lab with its tasks, guards and hints, once or as they flip; the debrief of one that was solved and has ended.
import { join } from 'node:path'
import { defineCommand } from 'citty'
import { composeDebrief } from '../../catalogue/debrief.ts'
import { type LoadedScenario, loadScenario } from '../../catalogue/scenario-catalogue.ts'
import type { LabSnapshot } from '../../spec/lab.ts'
import type { Solution } from '../../store/progress.ts'
import { endedLab, withLabs } from '../context.ts'
import { jsonFlag, labWord, localeFlag } from '../flags.ts'
import { followLab } from '../lab-ready.ts'
import { createOutput, type Output } from '../output.ts'
import { debriefLines, statusLines } from '../progress-lines.ts'
import { unlessInterrupted } from '../signals.ts'

/** A solved lab that has ended keeps its debrief. */
function sayDebrief(solution: Solution, { scenario, text }: LoadedScenario, output: Output): void {
  const { labId, scenarioId, endedAt, endReason } = solution
  const debrief = composeDebrief(scenario, text, { ...solution, ms: solution.solveMs }, undefined)
  output.data({ labId, scenarioId, title: text.title, state: 'stopped', solvedAt: solution.solvedAt, endedAt, endReason, debrief })
  for (const line of [text.title, endedLab(solution).message, '', ...debriefLines({ debrief })]) output.say(line)
}

export const labStatus = defineCommand({
  meta: { name: 'status', description: 'Tasks with what was seen, guards, hints; the debrief of a solved lab, also when it has ended' },
  args: {
    ...labWord,
    watch: { type: 'boolean', description: 'go on until the lab is solved or ends; with --json one document per change' },
    ...localeFlag,
    ...jsonFlag,
  },
  run: ({ args }) =>
    withLabs(
      async ({ pickLab, pickSolved, connect, scenarios, locale }) => {
        const output = createOutput(args.json === true)
        const solution = await pickSolved(args.lab)
        if (solution) return sayDebrief(solution, await loadScenario(join(scenarios, solution.scenarioId), locale), output)
        const client = await connect(await pickLab(args.lab))
        let printed = ''
        const show = (snapshot: LabSnapshot) => {
          const text = statusLines(snapshot).join('\n')
          // the snapshot also changes when a keystroke moves the idle timer: that is no news here
          if (text === printed) return
          // on a screen the new status replaces the old one
          if (printed && process.stdout.isTTY) output.say('\x1b[H\x1b[2J\x1b[3J')
          printed = text
          output.say(text)
          output.data(snapshot)
        }
        try {
          if (args.watch) await unlessInterrupted(() => followLab(client, show, ({ state }) => state === 'solved'))
          else show(await client.request({ op: 'snapshot' }))
        } finally {
          client.close()
        }
      },
      { locale: args.locale },
    ),
})
