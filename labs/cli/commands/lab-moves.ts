// `podwire lab hint|answer|break|reset|stay|stop`: one request each.
import { defineCommand } from 'citty'
import type { LabClient, LabInfo } from '../../sessions/sessions.ts'
import { LabError } from '../../spec/errors.ts'
import type { LabSnapshot } from '../../spec/lab.ts'
import { type LabContext, localLearner, withLabs } from '../context.ts'
import { jsonFlag, labWord, localeFlag } from '../flags.ts'
import { createOutput, formatDuration, type Output } from '../output.ts'
import { hintLines, taskLines, ticketLines } from '../progress-lines.ts'

/** Connects to the lab that was meant, does the work and closes the connection. */
async function withLab<T>(
  { pickLab, connect }: LabContext,
  ref: string | undefined,
  work: (client: LabClient, lab: LabInfo) => Promise<T>,
): Promise<T> {
  const lab = await pickLab(ref)
  const client = await connect(lab)
  try {
    return await work(client, lab)
  } finally {
    client.close()
  }
}

export const labHint = defineCommand({
  meta: { name: 'hint', description: 'Open the next hint' },
  args: { ...labWord, ...localeFlag, ...jsonFlag },
  run: ({ args }) =>
    withLabs(
      (context) =>
        withLab(context, args.lab, async (client) => {
          const output = createOutput(args.json === true)
          const { hints } = await client.request({ op: 'snapshot' })
          if (hints.open.length < hints.total) await client.request({ op: 'hint', n: hints.open.length + 1 })
          else output.say(hints.total ? 'All hints are open.' : 'This lab has no hints.')
          const after = await client.request({ op: 'snapshot' })
          output.data({ labId: after.labId, hints: after.hints })
          for (const line of hintLines(after)) output.say(line)
        }),
      { locale: args.locale },
    ),
})

export const labAnswer = defineCommand({
  meta: { name: 'answer', description: 'Answer a question among the tasks' },
  args: {
    task: { type: 'positional', required: true, description: 'id of the question; lab status shows it' },
    text: { type: 'positional', required: true, description: 'the answer' },
    lab: { ...labWord.lab, type: 'positional' },
    ...localeFlag,
    ...jsonFlag,
  },
  run: ({ args }) =>
    withLabs(
      (context) =>
        withLab(context, args.lab, async (client) => {
          const output = createOutput(args.json === true)
          await client.request({ op: 'answer', checkId: args.task, text: args.text })
          const snapshot = await client.request({ op: 'snapshot' })
          const task = snapshot.tasks.find(({ id }) => id === args.task)
          output.data({ labId: snapshot.labId, task })
          if (task) for (const line of taskLines({ ...snapshot, tasks: [task], guards: [] })) output.say(line)
        }),
      { locale: args.locale },
    ),
})

function sayExercise(snapshot: LabSnapshot, output: Output): void {
  output.data(snapshot)
  for (const line of [...ticketLines(snapshot), '', ...taskLines(snapshot)]) output.say(line)
}

export const labBreak = defineCommand({
  meta: { name: 'break', description: 'Break a healthy lab: turn it into the exercise' },
  args: { ...labWord, ...localeFlag, ...jsonFlag },
  run: ({ args }) =>
    withLabs(
      (context) =>
        withLab(context, args.lab, async (client) => {
          await client.request({ op: 'break' })
          sayExercise(await client.request({ op: 'snapshot' }), createOutput(args.json === true))
        }),
      { locale: args.locale },
    ),
})

export const labReset = defineCommand({
  meta: { name: 'reset', description: 'Give the broken lab again; shells are opened anew' },
  args: { ...labWord, ...localeFlag, ...jsonFlag },
  run: ({ args }) =>
    withLabs(
      (context) =>
        withLab(context, args.lab, async (client, lab) => {
          const output = createOutput(args.json === true)
          const startedMs = performance.now()
          await client.request({ op: 'reset' })
          const snapshot = await client.request({ op: 'snapshot' })
          output.data(snapshot)
          output.say(`Lab ${lab.labId} was reset in ${formatDuration(performance.now() - startedMs)} and is ${snapshot.state}.`)
        }),
      { locale: args.locale },
    ),
})

export const labStay = defineCommand({
  meta: { name: 'stay', description: 'Keep an idle lab: its time begins again' },
  args: { ...labWord, ...jsonFlag },
  run: ({ args }) =>
    withLabs((context) =>
      withLab(context, args.lab, async (client) => {
        const output = createOutput(args.json === true)
        await client.request({ op: 'stay' })
        const { labId, expiresAt } = await client.request({ op: 'snapshot' })
        output.data({ labId, expiresAt })
        output.say(`Lab ${labId} ends at ${new Date(expiresAt).toLocaleTimeString()} unless someone uses it.`)
      }),
    ),
})

export const labStop = defineCommand({
  meta: { name: 'stop', description: 'End a lab and free everything it used' },
  args: { ...labWord, all: { type: 'boolean', description: 'every running lab of yours' }, ...jsonFlag },
  run: ({ args }) =>
    withLabs(async ({ sessions, pickLab }) => {
      const output = createOutput(args.json === true)
      if (args.all && args.lab) throw new LabError('bad-request', 'Give a lab or --all, not both.')
      const labs = args.all ? sessions.list(localLearner) : [await pickLab(args.lab)]
      await Promise.all(labs.map(({ labId }) => sessions.stop(labId, localLearner)))
      output.data({ stopped: labs.map(({ labId }) => labId) })
      for (const { labId, scenarioId } of labs) output.say(`Lab ${labId} (${scenarioId}) has ended.`)
    }),
})
