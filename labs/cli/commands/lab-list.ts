// `podwire lab list`: every lab there is, which run, which are solved and which were tried.
import { defineCommand } from 'citty'
import { loadCatalogue } from '../../catalogue/scenario-catalogue.ts'
import { localLearner, withLabs } from '../context.ts'
import { jsonFlag, localeFlag } from '../flags.ts'
import { createOutput, formatDuration, formatTable } from '../output.ts'

export const labList = defineCommand({
  meta: { name: 'list', description: 'Labs there are, running ones and solved ones' },
  args: { ...localeFlag, ...jsonFlag },
  run: ({ args }) =>
    withLabs(
      async ({ sessions, store, scenarios, locale }) => {
        const output = createOutput(args.json === true)
        const [loaded, solved, attempts] = await Promise.all([
          loadCatalogue(scenarios, locale),
          store.solved(localLearner),
          store.attempts(localLearner),
        ])
        const running = sessions.list(localLearner)
        const rows = loaded.map(({ scenario, text }) => ({
          scenarioId: scenario.id,
          topic: scenario.topic,
          level: scenario.level,
          minutes: scenario.minutes,
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
        const table = rows.map((row) => [row.scenarioId, row.level, `${row.minutes} min`, state(row), row.title])
        output.say(formatTable([['LAB', 'LEVEL', 'TIME', 'STATE', 'TITLE'], ...table]))
      },
      { locale: args.locale },
    ),
})
