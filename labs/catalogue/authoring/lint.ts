// Everything that can be said of a scenario's files without a lab: what keeps it from being loaded, in every language, and what an author would want to
// know. Called by the CLI.
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LabError } from '../../spec/errors.ts'
import { locales } from '../../spec/scenario.ts'
import { runCommand } from '../../system/command.ts'
import type { Problem } from '../problem.ts'
import { type LoadedScenario, loadScenario } from '../scenario-catalogue.ts'
import { stepLists } from '../scenario-rules.ts'
import { type FieldPath, formatPath, parseYamlFile, type YamlFile } from '../yaml-file.ts'

export interface Finding extends Problem {
  level: 'error' | 'warning'
}

/** Sorted by place. Throws scenario-unknown when there is no scenario.yaml. */
export async function lintScenario(folder: string): Promise<Finding[]> {
  const findings: Finding[] = []
  let loaded: LoadedScenario | undefined
  for (const locale of locales) {
    try {
      loaded = await loadScenario(folder, locale)
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== 'scenario-invalid') throw error
      for (const problem of error.cause as Problem[]) findings.push({ level: 'error', ...problem })
    }
  }
  if (loaded && findings.length === 0) findings.push(...(await adviceOn(loaded)))
  const unique = new Map(findings.map((finding) => [JSON.stringify(finding), finding]))
  return [...unique.values()].sort(
    (a, b) => a.file.localeCompare(b.file) || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  )
}

async function adviceOn(loaded: LoadedScenario): Promise<Finding[]> {
  const { folder, scenario } = loaded
  const file = parseYamlFile('scenario.yaml', await readFile(join(folder, 'scenario.yaml'), 'utf8'))
  const lists = await Promise.all([
    unnamedFiles(loaded),
    missingLanguages(folder),
    bashProblems(loaded, file),
    fixedAddresses(loaded, file),
    unknownNext(loaded, file),
  ])
  const few: Finding[] =
    scenario.wrongFixes.length < 5
      ? [
          at(
            file,
            ['wrongFixes'],
            'warning',
            `${scenario.wrongFixes.length} wrong fixes are few`,
            'Five are better: what would you have tried?',
          ),
        ]
      : []
  return [...lists.flat(), ...few]
}

function at(file: YamlFile, path: FieldPath, level: Finding['level'], message: string, mend: string): Finding {
  return { level, file: file.name, ...file.positionOf(path), path: formatPath(path), message, mend }
}

async function unnamedFiles({ folder, files }: LoadedScenario): Promise<Finding[]> {
  const known = new Set(['scenario.yaml', ...locales.map((locale) => `text.${locale}.yaml`), ...files.keys()])
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
    .filter((path) => !known.has(path))
    .map((path) => ({
      level: 'warning',
      file: path,
      message: 'nobody names this file',
      mend: 'Name it in scenario.yaml, or take it away.',
    }))
}

async function missingLanguages(folder: string): Promise<Finding[]> {
  const names = locales.map((locale) => `text.${locale}.yaml`)
  const missing = await Promise.all(names.map(async (name) => ((await stat(join(folder, name)).catch(() => undefined)) ? [] : [name])))
  return missing.flat().map((file) => ({
    level: 'warning',
    file,
    message: 'the file is missing',
    mend: 'Learners of that language read English until you write it.',
  }))
}

/** bash reads a script without running it. */
async function bashProblems({ scenario, files }: LoadedScenario, file: YamlFile): Promise<Finding[]> {
  const findings: Finding[] = []
  const seen = new Set<string>()
  const commands = [...scenario.checks, ...scenario.guards, ...scenario.symptom].flatMap((entry) => ('command' in entry ? [entry] : []))
  const check = async (script: string, place: (line: number) => Finding) => {
    const problem = await bashProblem(script)
    if (problem) findings.push({ ...place(problem.line), message: problem.message })
  }
  for (const { path, steps } of stepLists(scenario)) {
    for (const [index, step] of steps.entries()) {
      if ('run' in step) await check(step.run, () => at(file, [...path, index, 'run'], 'error', '', 'bash cannot read it.'))
      if (!('script' in step) || seen.has(step.script)) continue
      seen.add(step.script)
      await check(files.get(step.script) ?? '', (line) => ({
        ...{ level: 'error', file: step.script, line, column: 1, message: '', mend: 'bash cannot read it.' },
      }))
    }
  }
  for (const list of ['checks', 'guards', 'symptom'] as const)
    for (const [index, entry] of scenario[list].entries())
      if ('command' in entry && commands.includes(entry))
        await check(entry.command.run, () => at(file, [list, index, 'command', 'run'], 'error', '', 'bash cannot read it.'))
  return findings
}

async function bashProblem(script: string): Promise<{ line: number; message: string } | undefined> {
  try {
    await runCommand(['bash', '-n'], { input: script, timeoutMs: 5_000, env: { LC_ALL: 'C' } })
    return undefined
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'command-failed') throw error
    const { stderr = '' } = error.cause as { stderr?: string }
    const found = /line (\d+): (.*)/.exec(stderr)
    return { line: Number(found?.[1] ?? 1), message: found?.[2] ?? stderr.trim() }
  }
}

/** Addresses of the lab's networks: on kind they are others. */
const labAddress = /\b(?:10\.244\.\d+\.\d+|172\.18\.\d+\.\d+)\b/

function fixedAddresses({ scenario }: LoadedScenario, file: YamlFile): Finding[] {
  if (!scenario.runtimes.includes('kind')) return []
  const mend = 'Write {ip:pod/client}, {ip:node/worker} or {ip:host/partner}: on kind the addresses are others.'
  return (['checks', 'guards', 'symptom'] as const).flatMap((list) =>
    scenario[list].flatMap((entry, index) => {
      const found = labAddress.exec(JSON.stringify(entry))
      return found ? [at(file, [list, index], 'warning', `the address ${found[0]} is written by hand`, mend)] : []
    }),
  )
}

async function unknownNext({ folder, scenario }: LoadedScenario, file: YamlFile): Promise<Finding[]> {
  if (!scenario.next || (await stat(join(dirname(folder), scenario.next, 'scenario.yaml')).catch(() => undefined))) return []
  return [at(file, ['next'], 'error', `there is no scenario "${scenario.next}" beside this one`, 'Name another, or leave it out.')]
}
