// Reads one lesson in one language with the place of everything in it, and says what keeps it from being shown. Used by check-lessons.ts.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildFailure } from 'esbuild'
import type { Code, Heading, Root } from 'mdast'
import { bundleMDX } from 'mdx-bundler'
import rehypeSlug from 'rehype-slug'
import remarkGfm from 'remark-gfm'
import { visit } from 'unist-util-visit'
import type { z } from 'zod'
import { LabError } from '../../spec/errors.ts'
import { type ConsoleBlock, type LessonHead, lessonHead, type Quiz, quiz } from '../../spec/lesson.ts'
import type { LessonSection } from '../../spec/search.ts'
import type { Finding } from '../authoring/lint.ts'
import { parseConsoleBlock } from '../console-block.ts'
import { codeLanguages } from '../lesson-catalogue.ts'
import { rehypeSections } from '../rehype-sections.ts'
import { schemaProblems } from '../schema-problems.ts'
import { parseYamlFile, type YamlFile } from '../yaml-file.ts'

export interface Place {
  line: number
  column: number
}

/** Something that the lesson has in every language, in the same order. */
export interface LessonPart extends Place {
  kind: 'heading' | 'element' | 'console block'
  /** as a person would name it */
  name: string
  /** what must be the same in every language */
  same: string
}

/** An element that MDX adds to Markdown: <Predict …>, or one of HTML. */
export interface JsxElement {
  name: string
  attributes: { name?: string; value?: unknown }[]
}

/** The node as such an element; undefined when it is something else. */
export function asElement(node: { type: string }, kinds = ['mdxJsxFlowElement', 'mdxJsxTextElement']): JsxElement | undefined {
  return kinds.includes(node.type) && 'name' in node && node.name ? (node as unknown as JsxElement) : undefined
}

export interface LessonSource {
  /** relative to the content folder */
  file: string
  head: LessonHead | undefined
  tree: Root
  /** ids of the headings */
  anchors: string[]
  parts: LessonPart[]
  consoles: ConsoleBlock[]
  quizFile: YamlFile | undefined
  quiz: Quiz | undefined
  findings: Finding[]
}

const textOf = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })

const startOf = (node: { position?: { start: { line: number; column: number } } | undefined }): Place => ({
  line: node.position?.start.line ?? 1,
  column: node.position?.start.column ?? 1,
})

/** What a YAML text holds, and what is wrong with it; `skipped` lines stand above it in its file. */
function readYaml<S extends z.ZodType>(name: string, text: string, schema: S, skipped = 0) {
  const yaml = parseYamlFile(name, text)
  const parsed = yaml.problems.length === 0 ? schema.safeParse(yaml.value) : undefined
  const problems = parsed?.error ? schemaProblems(yaml, schema, parsed.error.issues) : yaml.problems
  const findings = problems.map((problem): Finding => ({ level: 'error', ...problem, line: (problem.line ?? 1) + skipped }))
  return { yaml, value: parsed?.data as z.output<S> | undefined, findings }
}

/** The lesson of `folder` (relative to the content folder) in that language; undefined where it is not written in it. */
export async function readLessonSource(content: string, folder: string, locale: string): Promise<LessonSource | undefined> {
  const file = join(folder, `lesson.${locale}.mdx`)
  const source = await textOf(join(content, file))
  if (source === undefined) return undefined
  const lesson: LessonSource = {
    ...{ file, head: undefined, tree: { type: 'root', children: [] }, anchors: [], parts: [], consoles: [] },
    ...{ quizFile: undefined, quiz: undefined, findings: [] },
  }
  const front = /^---\n([\s\S]*?\n)---\n/.exec(source)
  if (front) {
    const { value, findings } = readYaml(file, front[1] as string, lessonHead, 1)
    lesson.head = value
    lesson.findings.push(...findings)
  } else
    lesson.findings.push({
      ...{ level: 'error', file, line: 1, column: 1, message: 'front matter is missing' },
      mend: 'Start the file with --- , title, lede, minutes, scenario, --- .',
    })
  await readBody(
    lesson,
    source.replace(front?.[0] ?? '', (text) => text.replace(/[^\n]/g, '')),
  )

  const quizName = join(folder, `quiz.${locale}.yaml`)
  const quizText = await textOf(join(content, quizName))
  if (quizText === undefined)
    lesson.findings.push({ level: 'error', file: quizName, message: 'the file is missing', mend: 'A lesson ends with two questions.' })
  else {
    const { yaml, value, findings } = readYaml(quizName, quizText, quiz)
    Object.assign(lesson, { quizFile: yaml, quiz: value })
    lesson.findings.push(...findings)
  }
  return lesson
}

async function readBody(lesson: LessonSource, body: string): Promise<void> {
  const { file } = lesson
  const keepTree = () => (tree: Root) => {
    lesson.tree = structuredClone(tree)
  }
  const keepAnchors = (sections: LessonSection[]) => lesson.anchors.push(...sections.flatMap(({ id }) => (id === undefined ? [] : [id])))
  try {
    await bundleMDX({
      source: body,
      mdxOptions: (options) => ({
        ...options,
        remarkPlugins: [...(options.remarkPlugins ?? []), remarkGfm, keepTree],
        rehypePlugins: [...(options.rehypePlugins ?? []), rehypeSlug, [rehypeSections, { onSections: keepAnchors }]],
      }),
      // the program is thrown away: only what stands in the lesson is wanted
      esbuildOptions: (options) => ({ ...options, minify: false, logLevel: 'silent' }),
    })
  } catch (error) {
    const { errors } = error as Partial<BuildFailure>
    if (!errors) throw error
    for (const { text, location } of errors) {
      const { line, column } = location ? { line: location.line, column: location.column + 1 } : { line: 1, column: 1 }
      const message = text.slice(text.lastIndexOf('\n') + 1).replace(/^\s*\d+:\d+: /, '')
      lesson.findings.push({ level: 'error', file, line, column, message, mend: 'MDX cannot read it.' })
    }
  }
  visit(lesson.tree, (node) => {
    if (node.type === 'heading') addHeading(lesson, node)
    else if (node.type === 'code' && node.lang === 'console') addConsole(lesson, node)
    else if (node.type === 'code' && node.lang && !(codeLanguages as readonly string[]).includes(node.lang))
      lesson.findings.push({
        ...{ level: 'error', file, ...startOf(node), message: `"${node.lang}" is no language of a code block` },
        mend: `Take console, ${codeLanguages.join(', ')}, or none.`,
      })
    const element = asElement(node, ['mdxJsxFlowElement'])
    if (element) lesson.parts.push({ kind: 'element', ...startOf(node), name: `<${element.name}>`, same: element.name })
  })
}

function addHeading({ parts }: LessonSource, node: Heading): void {
  let text = ''
  visit(node, ['text', 'inlineCode'], (child) => {
    if ('value' in child) text += child.value
  })
  parts.push({ kind: 'heading', ...startOf(node), name: `“${text}”`, same: `${node.depth}` })
}

function addConsole({ file, parts, consoles, findings }: LessonSource, node: Code): void {
  const { line, column } = startOf(node)
  try {
    const block = parseConsoleBlock(node.meta ?? '', node.value, file, line)
    consoles.push(block)
    const { line: _, ...same } = block
    parts.push({ kind: 'console block', line, column, name: `$ ${block.commands[0]?.command}`, same: JSON.stringify(same) })
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    const placed = /:(\d+): (.*)$/s.exec(error.message)
    findings.push({
      ...{ level: 'error', file, line: Number(placed?.[1] ?? line), column, message: placed?.[2] ?? error.message },
      ...(error.hint ? { mend: error.hint } : {}),
    })
  }
}
