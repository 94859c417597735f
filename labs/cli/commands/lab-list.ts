// `podwire lab list`: every lab there is, which run, which are solved and which were tried.
import { defineCommand } from 'citty'
import { loadCatalogue } from '../../catalogue/scenario-catalogue.ts'
import { runtimeChoice } from '../../sessions/choose-runtime.ts'
import { localLearner, withLabs } from '../context.ts'
import { jsonFlag, localeFlag } from '../flags.ts'
import { createOutput, formatDuration, formatTable } from '../output.ts'

export const labList = defineCommand({
  meta: { name: 'list', description: 'Labs there are, running ones and solved ones' },
  args: { ...localeFlag, ...jsonFlag },
  run: ({ args }) =>
    withLabs(
      async ({ sessions, store, scenarios, locale, availableRuntimes }) => {
        const output = createOutput(args.json === true)
        const [loaded, solved, attempts] = await Promise.all([
          loadCatalogue(scenarios, locale),
          store.solved(localLearner),
          store.attempts(localLearner),
        ])
        const running = sessions.list(localLearner)
        const availability = await availableRuntimes()
        const rows = loaded.map(({ scenario, text }) => ({
          scenarioId: scenario.id,
          topic: scenario.topic,
          level: scenario.level,
          minutes: scenario.minutes,
          /** where it can run, and why not elsewhere */
          runtimes: runtimeChoice({ scenario, text }, availability).options,
          title: text.title,
          summary: text.summary,
          running: running.find(({ scenarioId }) => scenarioId === scenario.id),
          solved: solved.find(({ scenarioId }) => scenarioId === scenario.id),
          last: attempts.find(({ scenarioId }) => scenarioId === scenario.id),
        }))
        output.data({ labs: rows, running })
        const state = (row: (typeof rows)[number]) =>
          [
            row.running ? `${row.running.state}: ${row.running.labId}` : '',
            row.solved ? `solved in ${formatDuration(row.solved.bestMs)}` : row.last && !row.running ? 'tried' : '',
          ]
            .filter(Boolean)
            .join(', ')
        const usableOn = (row: (typeof rows)[number]) =>
          row.runtimes.flatMap(({ name, usable }) => (usable ? [name] : [])).join(', ') || 'nothing here'
        const table = rows.map((row) => [row.scenarioId, row.level, `${row.minutes} min`, state(row), usableOn(row), row.title])
        output.say(formatTable([['LAB', 'LEVEL', 'TIME', 'STATE', 'RUNS ON', 'TITLE'], ...table]))
      },
      { locale: args.locale },
    ),
})
