// Reads an Educates workshop (resources/workshop.yaml and the folder workshop/ beside it) into a draft. Called by the CLI.
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { LabError } from '../../spec/errors.ts'
import { idFromName } from '../authoring/new-scenario.ts'
import { readInside } from '../inside.ts'
import { asChecks, type CheckScript, contentOf, type Draft, levelOf, minutesOf } from './draft.ts'

const objects = z.array(z.looseObject({ kind: z.string() })).default([])
const workshop = z.looseObject({
  kind: z.literal('Workshop'),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    title: z.string(),
    description: z.string().optional(),
    difficulty: z.string().optional(),
    duration: z.string().optional(),
    session: z
      .looseObject({
        objects,
        applications: z.record(z.string(), z.unknown()).default({}),
        ingresses: z.array(z.unknown()).default([]),
        dashboards: z.array(z.unknown()).default([]),
      })
      .optional(),
    environment: z.looseObject({ objects }).optional(),
    request: z.looseObject({ objects }).optional(),
  }),
})
type Workshop = z.infer<typeof workshop>

/** `file` is the workshop.yaml. Throws bad-request when it is not a Workshop. */
export async function importEducates(file: string, wantedId?: string): Promise<Draft> {
  const { metadata, spec } = await readWorkshop(file)
  const root = basename(dirname(file)) === 'resources' ? dirname(dirname(file)) : dirname(file)
  const [carried, left]: [string[], string[]] = [[], []]
  const files = new Map<string, string>()
  const readAll = async (folder: string, ending: RegExp) => {
    const names = (await readdir(join(root, folder)).catch(() => [])).filter((name) => ending.test(name)).sort()
    const contents = await Promise.all(
      names.map(async (name) => [name, contentOf(await readInside(root, join(folder, name)), left)] as const),
    )
    return contents.flatMap(([name, content]) => (content === undefined ? [] : [{ name, content }]))
  }

  const manifest = manifestOf([...(spec.environment?.objects ?? []), ...(spec.session?.objects ?? [])], left)
  if (manifest.count) {
    files.set('manifests/workshop.yaml', manifest.yaml)
    carried.push(`${manifest.count} objects of environment and session are manifests/workshop.yaml`)
  }
  const setup: object[] = []
  for (const { name, content } of await readAll('workshop/setup.d', /\.sh$/)) {
    files.set(`setup/${name}`, content)
    setup.push({ on: 'laptop', script: `setup/${name}` })
    carried.push(`workshop/setup.d/${name} is a step of setup`)
  }
  const tests = await readAll('workshop/examiner/tests', /./)
  const scripts = tests.map(({ name, content }): CheckScript => ({ id: idFromName(name), title: name, script: content }))
  const { checks, texts } = asChecks(scripts)
  if (checks.length)
    carried.push(`${checks.length} examiner tests are checks that run on laptop; a probe says more than a script, and is quicker`)
  const pages = await readAll('workshop/content', /\.md$/)
  if (pages.length) carried.push(`${pages.length} pages of text are the ticket: shorten them to what a colleague would say`)
  tellOfTheRest(spec, left)
  return {
    ...{ id: wantedId ?? idFromName(metadata.name), files, carried, left },
    scenario: {
      ...{ topic: 'network-model', level: levelOf(spec.difficulty), minutes: minutesOf(spec.duration) },
      ...{ runtimes: ['embedded', 'kind'], manifests: manifest.count ? ['manifests/workshop.yaml'] : [], setup, checks, hints: 0 },
    },
    text: {
      ...{ title: spec.title, summary: spec.description?.trim() || spec.title },
      ticket: {
        from: 'Educates',
        body:
          pages
            .map(({ content }) => withoutActions(content))
            .join('\n\n')
            .trim() || spec.title,
      },
      ...{ checks: texts, guards: {}, hints: [], wrongFixes: {} },
      debrief: {
        ...{ title: spec.title, body: spec.description?.trim() || spec.title },
        incident: { text: `Brought over from the Educates workshop “${spec.title}”.` },
      },
    },
  }
}

async function readWorkshop(file: string): Promise<Workshop> {
  const found = await readInside(dirname(file), basename(file))
  if ('refused' in found) throw new LabError('bad-request', `${file}: ${found.message}.`)
  let value: unknown
  try {
    value = parse(found.content, { maxAliasCount: 0 })
  } catch (error) {
    throw new LabError('bad-request', `${file} is not YAML: ${(error as Error).message}`, { cause: error })
  }
  const parsed = workshop.safeParse(value)
  if (parsed.success) return parsed.data
  throw new LabError('bad-request', `${file} is not an Educates workshop: ${z.prettifyError(parsed.error)}`)
}

/** Of their variables only the namespace means something here. */
function manifestOf(all: readonly object[], left: string[]): { yaml: string; count: number } {
  const documents = all.map((object) =>
    stringify(object).replaceAll('$(session_namespace)', 'default').replaceAll('$(workshop_namespace)', 'default'),
  )
  const kept = documents.filter((document) => {
    const variable = /\$\([a-z_]+\)/.exec(document)?.[0]
    if (variable) left.push(`an object of kind ${/^kind: (.*)$/m.exec(document)?.[1]}: it uses ${variable}, which nobody fills in here`)
    return !variable
  })
  return { yaml: kept.join('---\n'), count: kept.length }
}

function tellOfTheRest({ session, request }: Workshop['spec'], left: string[]): void {
  const applications = Object.keys(session?.applications ?? {}).filter((name) => name !== 'terminal')
  if (applications.length) left.push(`the applications ${applications.join(', ')}: a lab has terminals`)
  if (session?.ingresses.length) left.push('ingresses of the session: nothing in a lab is reached from outside it')
  if (session?.dashboards.length) left.push('dashboards')
  if (request?.objects.length) left.push('objects of the request: there are no requests here')
}

/** Clickable actions are fenced blocks with a colon in their language; what a terminal should run stays. */
const withoutActions = (text: string): string =>
  text
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replace(
      /^```terminal:execute\ncommand: (?:\|-?\n)?([\s\S]*?)^```$/gm,
      (_, command: string) => `\`\`\`\n${command.replace(/^ {2}/gm, '')}\`\`\``,
    )
    .replace(/^```[a-z]+:[a-z-]+\n[\s\S]*?^```$/gm, '')
