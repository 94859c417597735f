// A scenario's words as a viewer reads them: in the viewer's language, with this lab's addresses. The grader speaks the lab's language. Pure; used by lab.ts.
import { failedSentence } from '../grading/scoreboard.ts'
import type { GuardView, TaskView } from '../spec/lab.ts'
import { fillKnown } from '../spec/placeholder.ts'
import type { Locale, ScenarioText } from '../spec/scenario.ts'
import type { LabScenario } from './exercise.ts'

/** A scenario's texts with the addresses that places of this lab have. A text that was not translated stays in the lab's own language. */
export function createLocalText(loaded: Pick<LabScenario, 'text'>, known: ReadonlyMap<string, string>): (locale: Locale) => ScenarioText {
  const filled = new Map<ScenarioText, { text: ScenarioText; places: number }>()
  return (locale) => {
    const given = loaded.text(locale)
    const before = filled.get(given)
    if (before?.places === known.size) return before.text
    // placeholders have no character that JSON writes in another way
    const text = JSON.parse(fillKnown(JSON.stringify(given), known)) as ScenarioText
    filled.set(given, { text, places: known.size })
    return text
  }
}

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
