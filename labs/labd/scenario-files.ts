// Gives labd its scenario: the lab's own language at once, the others and the title of the next exercise while the cluster comes up. Used by main.ts.
import { dirname, join } from 'node:path'
import { loadScenario } from '../catalogue/scenario-catalogue.ts'
import { type Locale, locales, type ScenarioText } from '../spec/scenario.ts'
import type { LabScenario } from './exercise.ts'

/** By then the lab is usually ready. */
const otherTextsAfterMs = 1500

/** Throws scenario-unknown, scenario-invalid. onError: a translation or the next exercise cannot be read; the lab does without it. */
export async function loadLabScenario(folder: string, locale: Locale, onError: (error: unknown) => void): Promise<LabScenario> {
  const own = await loadScenario(folder, locale)
  const texts = new Map<Locale, ScenarioText>([[locale, own.text]])
  const nextTitles = new Map<Locale, string>()
  const { scenario, files } = own
  const nextId = scenario.next

  const loadOthers = async () => {
    for (const other of locales) if (other !== locale) texts.set(other, (await loadScenario(folder, other)).text)
    if (!nextId) return
    for (const each of locales) nextTitles.set(each, (await loadScenario(join(dirname(folder), nextId), each)).text.title)
  }
  setTimeout(() => void loadOthers().catch(onError), otherTextsAfterMs)

  return {
    scenario,
    files,
    text: (wanted) => texts.get(wanted) ?? own.text,
    next(wanted) {
      const title = nextTitles.get(wanted)
      return nextId && title !== undefined ? { id: nextId, title } : undefined
    },
  }
}
