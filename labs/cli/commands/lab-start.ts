// `podwire lab start`: starts a lab, shows its steps, then what is wrong and what to type.
import { defineCommand } from 'citty'
import type { LabSnapshot } from '../../spec/lab.ts'
import { type LabContext, localLearner, withLabs } from '../context.ts'
import { jsonFlag, localeFlag } from '../flags.ts'
import { followLab } from '../lab-ready.ts'
import { createLiveStep } from '../live-step.ts'
import { createOutput, formatDuration, type Output } from '../output.ts'
import { taskLines, ticketLines } from '../progress-lines.ts'
import { unlessInterrupted } from '../signals.ts'

export const labStart = defineCommand({
  meta: { name: 'start', description: 'Start a lab; a running one of that scenario is continued' },
  args: {
    scenario: { type: 'positional', required: true, description: 'id of the lab; podwire lab list shows them' },
    healthy: { type: 'boolean', description: 'start it healthy; podwire lab break breaks it' },
    runtime: {
      type: 'enum',
      options: ['auto', 'embedded', 'kind'],
      default: 'auto',
      description: 'where it runs; auto: embedded where it can, else kind',
    },
    ...localeFlag,
    ...jsonFlag,
  },
  run: ({ args }) =>
    withLabs(
      async (context) => {
        const output = createOutput(args.json === true)
        const startedMs = performance.now()
        const { labId, resumed, runtime } = await context.sessions.start({
          scenarioId: args.scenario,
          begin: args.healthy ? 'healthy' : 'broken',
          runtime: args.runtime as 'auto' | 'embedded' | 'kind',
          locale: context.locale,
          learner: localLearner,
        })
        if (resumed) output.say(`Lab ${labId} is running already, on ${runtime}.${otherRuntime(args.runtime, runtime, labId)}`)
        const snapshot = await unlessInterrupted(
          () => follow(context, labId, output, resumed),
          () => context.sessions.stop(labId, localLearner),
        )
        output.data({ resumed, ...snapshot })
        if (!resumed) output.say(`Ready in ${formatDuration(performance.now() - startedMs)}.`)
        describe(snapshot, output)
      },
      { locale: args.locale },
    ),
})

/** A lab that runs is continued whatever runtime was asked for: it holds what the learner did. */
const otherRuntime = (wanted: string, runtime: string, labId: string): string =>
  wanted === 'auto' || wanted === runtime ? '' : ` Stop it to start one on ${wanted}: npx podwire lab stop ${labId}`

async function follow({ sessions, locale }: LabContext, labId: string, output: Output, quiet: boolean): Promise<LabSnapshot> {
  const client = await sessions.connect(labId, { learner: localLearner, locale })
  const live = createLiveStep({ screen: process.stdout.isTTY === true, write: (text) => process.stdout.write(text) })
  try {
    return await followLab(client, (snapshot) => {
      if (!quiet && !output.json) live.show(snapshot)
    })
  } finally {
    live.end()
    client.close()
  }
}

function describe(snapshot: LabSnapshot, output: Output): void {
  const place = snapshot.initialTargets[0] ?? 'laptop'
  const blocks = [[snapshot.title], ticketLines(snapshot), taskLines(snapshot)].filter((block) => block.length)
  for (const line of blocks.flatMap((block) => ['', ...block])) output.say(line)
  output.say()
  output.say('Type next')
  output.say(`  npx podwire lab shell ${snapshot.labId}${place === 'laptop' ? '' : ` --in ${place}`}      a shell on ${place}`)
  if (snapshot.state === 'healthy') output.say(`  npx podwire lab break ${snapshot.labId}            break it: the exercise`)
  output.say(`  npx podwire lab status ${snapshot.labId} --watch   the tasks as they flip`)
  output.say(`  npx podwire lab hint ${snapshot.labId}             the next hint`)
  output.say(`  npx podwire lab stop ${snapshot.labId}             end it`)
}
