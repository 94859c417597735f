// Gives labd its scenario in every language. Used by main.ts.
import { dirname, join } from 'node:path'
import { loadScenario } from '../catalogue/scenario-catalogue.ts'
import { type Locale, locales, type ScenarioText } from '../spec/scenario.ts'
import type { LabScenario } from './exercise.ts'

type Loaded = Awaited<ReturnType<typeof loadScenario>>

/** Throws scenario-unknown, scenario-invalid. The exercise that follows is named only when it can be read. */
export async function loadLabScenario(folder: string): Promise<LabScenario> {
  const byLocale = await inEveryLocale(folder)
  const { scenario, files } = byLocale.en
  const nextId = scenario.next
  const next = nextId ? await inEveryLocale(join(dirname(folder), nextId)) : undefined
  return {
    scenario,
    files,
    text: (locale): ScenarioText => byLocale[locale].text,
    next: (locale) => (nextId && next ? { id: nextId, title: next[locale].text.title } : undefined),
  }
}

async function inEveryLocale(folder: string): Promise<Record<Locale, Loaded>> {
  const loaded = await Promise.all(locales.map(async (locale) => [locale, await loadScenario(folder, locale)] as const))
  return Object.fromEntries(loaded) as Record<Locale, Loaded>
}
