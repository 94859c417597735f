// The schemas in docs/, for editors, are those of the code. `npx vitest run --project unit labs/catalogue/scenario-json-schema.test.ts --update` writes them anew.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scenarioJsonSchemas } from './scenario-json-schema.ts'

test.each(Object.entries(scenarioJsonSchemas()))('docs/%s is current', async (name, schema) => {
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(join(import.meta.dirname, '../../docs', name))
})
