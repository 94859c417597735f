// Reads scenarios and makes sure that they are whole: every problem is found before a lab starts, and all are reported at once.
// Called by labd, proof, the CLI and the app's server side.
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { z } from 'zod'
import { LabError } from '../spec/errors.ts'
import { type Locale, type Scenario, type ScenarioText, scenario as scenarioSchema, scenarioText } from '../spec/scenario.ts'
import { readInside } from './inside.ts'
import { type Problem, scenarioInvalid, suggest } from './problem.ts'
import { type BrokenRule, brokenRules, brokenTextRules, namedFiles } from './scenario-rules.ts'
import { schemaProblems } from './schema-problems.ts'
import { formatPath, parseYamlFile, type YamlFile, yamlSyntaxProblems } from './yaml-file.ts'

export interface LoadedScenario {
  folder: string
  scenario: Scenario
  text: ScenarioText
  /** the text's language: the one asked for, else `en` */
  locale: Locale
  /** scenario.yaml as it is written, without the schema's defaults */
  written: Readonly<Record<string, unknown>>
  /** manifests and scripts by their path in the folder */
  files: ReadonlyMap<string, string>
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** Reads one scenario's folder. Throws LabError scenario-unknown when there is none, scenario-invalid with every problem of its files. */
export async function loadScenario(folder: string, locale: Locale = 'en'): Promise<LoadedScenario> {
  const source = await readFile(join(folder, 'scenario.yaml'), 'utf8').catch((error: unknown) => {
    if (!isMissing(error)) throw error
    throw new LabError('scenario-unknown', `there is no scenario in ${folder}`, {
      hint: 'A scenario is a folder with a scenario.yaml.',
      cause: error,
    })
  })
  const problems: Problem[] = []
  const scenarioFile = parseYamlFile('scenario.yaml', source)
  const scenario = checkSchema(scenarioFile, scenarioSchema, problems)
  const found = await readText(folder, locale)
  const textFile = found && parseYamlFile(found.name, found.source)
  if (!textFile) problems.push({ file: 'text.en.yaml', message: 'the file is missing', mend: 'Write the texts a learner reads there.' })
  const text = textFile && checkSchema(textFile, scenarioText, problems)

  const report = (rules: readonly BrokenRule[]) => {
    for (const { document, path, part, message, mend } of rules) {
      const file = document === 'scenario' ? scenarioFile : (textFile as YamlFile)
      problems.push({ file: file.name, ...file.positionOf(path, part), path: formatPath(path), message, ...(mend ? { mend } : {}) })
    }
  }
  const files = new Map<string, string>()
  if (scenario) {
    report(brokenRules(scenario, basename(folder)))
    report(await readNamedFiles(folder, scenario, files))
    // Manifests are the cluster's to judge, but a malformed one should not wait until a lab starts.
    for (const path of scenario.manifests) problems.push(...yamlSyntaxProblems(path, files.get(path) ?? ''))
    if (text) report(brokenTextRules(scenario, text))
  }
  if (problems.length > 0 || !scenario || !text || !found) throw scenarioInvalid(folder, problems)
  return { folder, scenario, text, locale: found.locale, written: scenarioFile.value as Record<string, unknown>, files }
}

/** Reads every scenario under a folder, by id. Throws LabError scenario-invalid that lists the problems of all of them. */
export async function loadCatalogue(root: string, locale: Locale = 'en'): Promise<LoadedScenario[]> {
  const ids = await scenarioIds(root)
  const results = await Promise.allSettled(ids.map((id) => loadScenario(join(root, id), locale)))
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  const invalid = failures.filter((error): error is LabError => error instanceof LabError && error.code === 'scenario-invalid')
  if (failures.length > invalid.length) throw failures.find((error) => !invalid.includes(error as LabError))
  if (invalid.length > 0)
    throw new LabError('scenario-invalid', invalid.map((error) => error.message).join('\n'), {
      ...(invalid[0]?.hint ? { hint: invalid[0].hint } : {}),
      cause: invalid,
    })
  const loaded = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const problems = loaded.flatMap(({ folder, scenario }) =>
    scenario.next && !ids.includes(scenario.next)
      ? [
          {
            file: join(basename(folder), 'scenario.yaml'),
            path: 'next',
            message: `there is no scenario "${scenario.next}"`,
            mend: suggest(scenario.next, ids),
          },
        ]
      : [],
  )
  if (problems.length > 0) throw scenarioInvalid(root, problems)
  return loaded
}

/** The folder of a scenario's id. Throws LabError scenario-unknown with the nearest id there is. */
export async function findScenario(root: string, id: string): Promise<string> {
  const ids = await scenarioIds(root)
  if (ids.includes(id)) return join(root, id)
  throw new LabError('scenario-unknown', `there is no scenario "${id}"`, { hint: suggest(id, ids) })
}

/** Names of the folders under a catalogue's root, sorted: each is a scenario. */
export async function scenarioIds(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort()
}

function checkSchema<S extends z.ZodType>(file: YamlFile, schema: S, problems: Problem[]): z.output<S> | undefined {
  problems.push(...file.problems)
  if (file.problems.length > 0) return undefined
  const result = schema.safeParse(file.value)
  if (result.success) return result.data
  problems.push(...schemaProblems(file, schema, result.error.issues))
  return undefined
}

/** The text in the locale asked for, else in English: every scenario has that one. */
async function readText(folder: string, locale: Locale): Promise<{ name: string; source: string; locale: Locale } | undefined> {
  for (const candidate of new Set<Locale>([locale, 'en'])) {
    const name = `text.${candidate}.yaml`
    try {
      return { name, source: await readFile(join(folder, name), 'utf8'), locale: candidate }
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
  return undefined
}

/** Reads manifests and scripts into `files`. A file that leaves the folder, by its name or by a link, is refused. */
async function readNamedFiles(folder: string, scenario: Scenario, files: Map<string, string>): Promise<BrokenRule[]> {
  const rules: BrokenRule[] = []
  for (const { path, file } of namedFiles(scenario)) {
    const found = await readInside(folder, file)
    if ('content' in found) files.set(file, found.content)
    else if (found.refused === 'outside')
      rules.push({ document: 'scenario', path, message: `${file} is outside the scenario's folder`, mend: 'Copy it into the folder.' })
    else rules.push({ document: 'scenario', path, message: found.message })
  }
  return rules
}
