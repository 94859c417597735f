// Brings in a scenario from a folder or a git repository: only files that it names, and none from outside it. Called by the CLI.
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { LabError } from '../../spec/errors.ts'
import { id as idSchema, locales } from '../../spec/scenario.ts'
import { runCommand } from '../../system/command.ts'
import { readInside } from '../inside.ts'
import { type LoadedScenario, loadScenario, scenarioIds } from '../scenario-catalogue.ts'
import { parseYamlFile } from '../yaml-file.ts'

export interface Stranger {
  loaded: LoadedScenario
  /** Writes its files to `<into>/<id>`; resolves with that folder. Throws bad-request. */
  accept(into: string): Promise<string>
}

const cloneMs = 120_000
const isUrl = (from: string) => /^(?:https?|ssh|git|file):\/\/|^[\w.-]+@[\w.-]+:/.test(from)

/** Fetches and reads it, hands it over, and forgets what was fetched. Throws scenario-unknown, scenario-invalid, command-failed. */
export async function withStranger<T>(from: string, path: string | undefined, use: (stranger: Stranger) => Promise<T>): Promise<T> {
  const draft = await mkdtemp(join(tmpdir(), 'podwire-add-'))
  try {
    const fetched = isUrl(from) ? await clone(from, join(draft, 'clone')) : resolve(from)
    const source = await findOne(path ? join(fetched, path) : fetched)
    return await use(await readStranger(source, draft))
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Nothing in a repository runs or leads elsewhere: no hooks, no submodules, links are plain files. */
async function clone(url: string, target: string): Promise<string> {
  const settings = ['core.hooksPath=/dev/null', 'core.symlinks=false', 'core.fsmonitor=false', 'protocol.ext.allow=never']
  const options = ['--depth=1', '--no-tags', '--no-recurse-submodules', '--template=']
  await runCommand(['git', ...settings.flatMap((setting) => ['-c', setting]), 'clone', '--quiet', ...options, '--', url, target], {
    timeoutMs: cloneMs,
    env: { GIT_TERMINAL_PROMPT: '0' },
  })
  return target
}

async function findOne(folder: string): Promise<string> {
  const isScenario = async (path: string) => (await stat(join(path, 'scenario.yaml')).catch(() => undefined))?.isFile() === true
  if (await isScenario(folder)) return folder
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const found = entries.filter(({ name }) => name === 'scenario.yaml').map((entry) => entry.parentPath ?? entry.path)
  if (found[0] && found.length === 1) return found[0]
  const shown = found.map((each) => each.slice(folder.length + 1)).sort()
  throw new LabError('scenario-unknown', found.length ? `there are ${found.length} scenarios` : `there is no scenario.yaml in ${folder}`, {
    hint: found.length ? `Say --path with one of ${shown.join(', ')}.` : 'A scenario is a folder with a scenario.yaml.',
  })
}

async function readStranger(source: string, draft: string): Promise<Stranger> {
  const own = async (file: string) => {
    const found = await readInside(source, file)
    if ('content' in found) return found.content
    if (found.refused === 'missing') return undefined
    throw new LabError('scenario-invalid', `${found.message}.`, { hint: 'A scenario brings its own files, all in its folder.' })
  }
  const names = ['scenario.yaml', ...locales.map((locale) => `text.${locale}.yaml`)]
  const sources = new Map<string, string>()
  for (const name of names) {
    const content = await own(name)
    if (content !== undefined) sources.set(name, content)
  }
  // a repository may be named otherwise than its scenario; a file that cannot be read is the loader's to refuse, with line and column
  const { id } = (parseYamlFile('scenario.yaml', sources.get('scenario.yaml') ?? '').value ?? {}) as { id?: unknown }
  const named = join(draft, 'named', idSchema.safeParse(id).success ? String(id) : 'scenario')
  await mkdir(dirname(named))
  await symlink(source, named)
  for (const locale of locales.slice(1)) await loadScenario(named, locale)
  const loaded = await loadScenario(named, locales[0])
  return { loaded, accept: (into) => writeFiles(loaded, new Map([...loaded.files, ...sources]), into) }
}

async function writeFiles({ scenario }: LoadedScenario, files: ReadonlyMap<string, string>, into: string): Promise<string> {
  const folder = join(into, scenario.id)
  await mkdir(into, { recursive: true })
  const ids = await scenarioIds(into)
  if (ids.includes(scenario.id)) throw new LabError('bad-request', `${folder} is there already.`, { hint: 'Take it away first.' })
  if (scenario.next && !ids.includes(scenario.next))
    throw new LabError('bad-request', `It names ${scenario.next} as the next scenario, which is not here.`, {
      hint: 'Add that one first, or take `next` out of its scenario.yaml.',
    })
  try {
    for (const [path, content] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), content)
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
  return folder
}
