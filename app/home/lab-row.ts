// One lab as the home page shows it: the scenario's face and the learner's own standing.
import type { LabState } from '../../labs/spec/lab.ts'
import type { Locale, RuntimeName, Scenario } from '../../labs/spec/scenario.ts'

export interface LabRow {
  id: string
  /** number of the lesson it belongs to, such as `2.1` */
  number: string | undefined
  /** slug of that lesson */
  lesson: string | undefined
  title: string
  summary: string
  /** of title and summary */
  language: Locale
  level: Scenario['level']
  minutes: number
  runtimes: RuntimeName[]
  running: { state: LabState; createdAt: number } | undefined
  solvedMs: number | undefined
  triedAt: number | undefined
}
