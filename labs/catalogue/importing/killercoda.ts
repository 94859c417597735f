// Reads a Killercoda scenario (a folder with an index.json) into a draft. Called by the CLI.
import { join } from 'node:path'
import { z } from 'zod'
import { LabError } from '../../spec/errors.ts'
import { idFromName } from '../authoring/new-scenario.ts'
import { readInside } from '../inside.ts'
import { asChecks, type CheckScript, contentOf, type Draft, levelOf, minutesOf } from './draft.ts'

const page = z.looseObject({
  title: z.string().optional(),
  text: z.string().optional(),
  foreground: z.string().optional(),
  background: z.string().optional(),
  verify: z.string().optional(),
})
const asset = z.looseObject({ file: z.string(), target: z.string().default('/root'), chmod: z.string().optional() })
const index = z.looseObject({
  title: z.string(),
  description: z.string().optional(),
  difficulty: z.string().optional(),
  time: z.union([z.string(), z.number()]).optional(),
  details: z.looseObject({
    intro: page.optional(),
    steps: z.array(page).default([]),
    finish: page.optional(),
    assets: z.record(z.string(), z.array(asset)).default({}),
  }),
  backend: z.looseObject({ imageid: z.string() }).optional(),
})
type Page = z.infer<typeof page>

/** Throws bad-request when there is no index.json or it is not Killercoda's. */
export async function importKillercoda(folder: string, id = idFromName(folder)): Promise<Draft> {
  const found = await readInside(folder, 'index.json')
  if ('refused' in found) throw new LabError('bad-request', `${join(folder, 'index.json')}: ${found.message}.`)
  const { details, ...about } = parseIndex(found.content, folder)
  const [carried, left]: [string[], string[]] = [[], []]
  const files = new Map<string, string>()
  const read = async (name: string | undefined) => (name === undefined ? undefined : contentOf(await readInside(folder, name), left))

  const setup: object[] = []
  const addSetup = async (name: string | undefined, what: string) => {
    const script = await read(name)
    if (script === undefined || !name) return
    const path = `setup/${name.replaceAll('/', '-')}`
    files.set(path, script)
    setup.push({ on: 'laptop', script: path })
    carried.push(`${name}, ${what}, is a step of setup`)
  }
  const assets = await writeAssets(details.assets, read, left)
  if (assets) {
    files.set('setup/assets.sh', assets)
    setup.push({ on: 'laptop', script: 'setup/assets.sh' })
    carried.push('the assets are written by a step of setup')
  }
  await addSetup(details.intro?.background, 'which ran in the background')
  await addSetup(details.intro?.foreground, 'which ran before the learner’s eyes')

  const scripts: CheckScript[] = []
  for (const [n, step] of details.steps.entries()) {
    const script = await read(step.verify)
    const name = step.title ?? `Step ${n + 1}`
    if (script !== undefined)
      scripts.push({
        id: idFromName(`step-${n + 1}-${name}`)
          .slice(0, 40)
          .replace(/-$/, ''),
        title: name,
        script,
      })
    for (const when of ['background', 'foreground'] as const)
      if (step[when]) left.push(`${step[when]}: a script of a step that begins; here nothing runs while the learner works`)
  }
  const { checks, texts } = asChecks(scripts)
  if (checks.length)
    carried.push(`${checks.length} verify scripts are checks that run on laptop; a probe says more than a script, and is quicker`)
  if (details.finish?.background || details.finish?.foreground) left.push('scripts of the last page: a lab ends with its debrief')
  if (about.backend) left.push(`the image ${about.backend.imageid}: every lab has control-plane, worker, worker2 and laptop`)

  const pages = [details.intro, ...details.steps].filter((each): each is Page => each !== undefined)
  const body = (await Promise.all(pages.map(async (each) => titled(each, plainMarkdown((await read(each.text)) ?? '')))))
    .join('\n\n')
    .trim()
  carried.push(`${pages.length} pages of text are the ticket: shorten them to what a colleague would say`)
  const finish = plainMarkdown((await read(details.finish?.text)) ?? '').trim()
  if (finish) carried.push('the last page is the debrief')
  return {
    ...{ id, files, carried, left },
    scenario: {
      ...{ topic: 'network-model', level: levelOf(about.difficulty), minutes: minutesOf(about.time?.toString()) },
      ...{ runtimes: ['embedded', 'kind'], setup, checks, hints: 0 },
    },
    text: {
      ...{ title: about.title, summary: about.description || about.title },
      ticket: { from: 'Killercoda', body: body || about.title },
      ...{ checks: texts, guards: {}, hints: [], wrongFixes: {} },
      debrief: {
        title: about.title,
        body: finish || about.title,
        incident: { text: `Brought over from the Killercoda scenario “${about.title}”.` },
      },
    },
  }
}

function parseIndex(content: string, folder: string): z.infer<typeof index> {
  let json: unknown
  try {
    json = JSON.parse(content)
  } catch (error) {
    throw new LabError('bad-request', `${join(folder, 'index.json')} is not JSON: ${(error as Error).message}`, { cause: error })
  }
  const parsed = index.safeParse(json)
  if (parsed.success) return parsed.data
  throw new LabError('bad-request', `${join(folder, 'index.json')} is not Killercoda's: ${z.prettifyError(parsed.error)}`)
}

const titled = ({ title }: Page, body: string) => (title ? `**${title}**\n\n${body}` : body)

/** Without their actions: `cmd`{{exec}}, {{copy}}, {{TRAFFIC_HOST1_80}}. */
export const plainMarkdown = (text: string): string => text.replace(/\{\{\s*(?:exec|copy|open|execute|interrupt)\b[^}]*\}\}/gi, '')

type Assets = z.infer<typeof index>['details']['assets']

/** One script that writes them all, whatever is in them. */
async function writeAssets(
  assets: Assets,
  read: (name: string) => Promise<string | undefined>,
  left: string[],
): Promise<string | undefined> {
  const lines: string[] = []
  for (const [host, list] of Object.entries(assets)) {
    for (const { file, target, chmod } of list) {
      if (host !== 'host01' || /[*?]/.test(file)) {
        left.push(
          `the asset ${file} of ${host}: ${host === 'host01' ? 'a pattern; name its files one by one' : 'write it in setup, on its node'}`,
        )
        continue
      }
      const content = await read(`assets/${file}`)
      if (content === undefined) continue
      const path = quote(join(target, file))
      lines.push(`mkdir -p "$(dirname ${path})"`, `base64 -d > ${path} <<'FILE'`, encode(content), 'FILE')
      if (chmod) lines.push(`chmod ${quote(chmod)} ${path}`)
    }
  }
  return lines.length ? `${lines.join('\n')}\n` : undefined
}

const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`
const encode = (content: string) =>
  (
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,100}/g) ?? []
  ).join('\n')
