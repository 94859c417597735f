// JSON Schemas of the scenario format, for editors (`# yaml-language-server: $schema=…`). They are kept in docs/ by their test.
import { z } from 'zod'
import { scenario, scenarioText } from '../spec/scenario.ts'

/** Schemas of what an author writes (defaults are optional), by file name. */
export function scenarioJsonSchemas(): Record<'scenario.schema.json' | 'text.schema.json', object> {
  const options = { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' } as const
  return { 'scenario.schema.json': z.toJSONSchema(scenario, options), 'text.schema.json': z.toJSONSchema(scenarioText, options) }
}
