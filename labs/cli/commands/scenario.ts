// `podwire scenario …`: for people who write scenarios.
import { defineCommand } from 'citty'
import { scenarioAdd } from './scenario-add.ts'
import { scenarioDev } from './scenario-dev.ts'
import { scenarioImport } from './scenario-import.ts'
import { scenarioLint } from './scenario-lint.ts'
import { scenarioNew } from './scenario-new.ts'

export const scenario = defineCommand({
  meta: { name: 'scenario', description: 'Write scenarios, and bring in those of others' },
  subCommands: { new: scenarioNew, lint: scenarioLint, import: scenarioImport, add: scenarioAdd, dev: scenarioDev },
})
