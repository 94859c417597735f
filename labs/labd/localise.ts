// The grader speaks the lab's language; a viewer may read another. Pure; used by lab.ts.
import { failedSentence } from '../grading/scoreboard.ts'
import type { GuardView, TaskView } from '../spec/lab.ts'
import type { ScenarioText } from '../spec/scenario.ts'

/** The tasks with titles and sentences of `text`. What was seen stays as the probes said it. */
export function localiseTasks(tasks: readonly TaskView[], text: ScenarioText): TaskView[] {
  return tasks.map((task) => {
    const words = text.checks[task.id]
    if (!words) return task
    return {
      ...task,
      title: words.title,
      wanted: words.wanted ?? task.wanted,
      sentence: task.sentence && failedSentence(words.failed, task.seen ?? ''),
    }
  })
}

/** The guards with titles and sentences of `text`. */
export function localiseGuards(guards: readonly GuardView[], text: ScenarioText): GuardView[] {
  return guards.map((guard) => {
    const words = text.guards[guard.id]
    return words ? { ...guard, title: words.title, sentence: guard.sentence && failedSentence(words.failed, guard.seen ?? '') } : guard
  })
}
