// Which scenario an author means: the id of one of this copy's, or a folder anywhere. Used by commands/scenario-*.ts and commands/prove.ts.
import { basename, join, resolve } from 'node:path'
import type { ArgsDef } from 'citty'
import { findScenario } from '../catalogue/scenario-catalogue.ts'
import { installationRoot } from '../system/installation.ts'

export const scenarioWord = {
  scenario: { type: 'positional', required: false, description: 'id of the scenario, or its folder (with a /)' },
} as const satisfies ArgsDef

export const ownScenarios = (): string => join(installationRoot(), 'labs/scenarios')

/** Throws LabError scenario-unknown with the nearest id there is. */
export async function folderOfScenario(word: string): Promise<string> {
  return word.includes('/') || basename(resolve(word)) !== word ? resolve(word) : findScenario(ownScenarios(), word)
}
