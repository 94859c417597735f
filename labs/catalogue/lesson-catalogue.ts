// Finds, reads and compiles lessons under content/courses. Used by the app on the server and by the transcript runner.
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import rehypeShiki from '@shikijs/rehype'
import { bundleMDX } from 'mdx-bundler'
import rehypeAutolinkHeadings from 'rehype-autolink-headings'
import rehypeSlug from 'rehype-slug'
import remarkGfm from 'remark-gfm'
import { parse } from 'yaml'
import type { z } from 'zod'
import { LabError } from '../spec/errors.ts'
import type { GlossaryTerm } from '../spec/glossary.ts'
import { type ConsoleBlock, type Course, course, type LessonSummary, lessonHead, type Quiz, quiz } from '../spec/lesson.ts'
import type { Locale } from '../spec/scenario.ts'
import type { LessonSection } from '../spec/search.ts'
import { localiseGlossary, readGlossaryFile } from './glossary.ts'
import { rehypeSections } from './rehype-sections.ts'
import { remarkConsole } from './remark-console.ts'
import { remarkTerms } from './remark-terms.ts'

/** Languages of highlighted fences. Without a list shiki loads all of its 300, which takes 12 s of the first lesson. */
export const codeLanguages = ['bash', 'yaml', 'json', 'diff', 'ini', 'http'] as const

export interface CourseContent extends Course {
  id: string
  lessons: LessonSummary[]
}

export interface CompiledLesson {
  summary: LessonSummary
  /** mdx-bundler's code, for getMDXComponent */
  code: string
  quiz: Quiz
  consoles: ConsoleBlock[]
  /** of the glossary, those that the lesson uses and does not introduce */
  terms: GlossaryTerm[]
  /** for the search */
  sections: LessonSection[]
}

/** Parses with a schema; the error names the file and the field. */
function checked<S extends z.ZodType>(schema: S, value: unknown, file: string): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues.map((i) => `${i.path.join('.') || 'file'}: ${i.message}`)
  throw new LabError('scenario-invalid', `${file}: ${problems.join('; ')}`)
}

/** Front matter: what stands between two `---` lines at the top. */
function frontMatter(source: string, file: string): unknown {
  const match = /^---\n([\s\S]*?)\n---\n/.exec(source)
  if (!match)
    throw new LabError('scenario-invalid', `${file}:1: front matter is missing`, {
      hint: 'Start the file with --- , title, lede, minutes, scenario, --- .',
    })
  return parse(match[1] as string)
}

/** The lesson in the language asked for, else in English; undefined for one that is written in neither. */
async function readLesson(folder: string, asked: Locale): Promise<{ path: string; source: string; locale: Locale } | undefined> {
  for (const locale of new Set<Locale>([asked, 'en'])) {
    const path = join(folder, `lesson.${locale}.mdx`)
    const source = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    if (source !== undefined) return { path, source, locale }
  }
  return undefined
}

export interface LessonFolder {
  slug: string
  /** relative to the content folder */
  folder: string
  /** position in its course, from the folder's name */
  number: number
}

async function lessonFoldersOf(contentFolder: string, courseId: string): Promise<LessonFolder[]> {
  const folder = join('courses', courseId)
  const entries = (await readdir(join(contentFolder, folder), { withFileTypes: true })).filter((e) => e.isDirectory())
  const found = entries.map((entry) => {
    const name = /^(\d\d)-(.+)$/.exec(entry.name)
    if (!name) throw new LabError('scenario-invalid', `${courseId}/${entry.name}: a lesson's folder is named <NN>-<slug>`)
    return { slug: name[2] as string, folder: join(folder, entry.name), number: Number(name[1]) }
  })
  return found.sort((a, b) => a.number - b.number)
}

/** Every course's head, in order of their numbers. */
async function readCourses(contentFolder: string): Promise<(Course & { id: string })[]> {
  const courses = await Promise.all(
    (await readdir(join(contentFolder, 'courses'))).map(async (id) => {
      const file = join('courses', id, 'course.yaml')
      return { id, ...checked(course, parse(await readFile(join(contentFolder, file), 'utf8')), file) }
    }),
  )
  return courses.sort((a, b) => a.number - b.number)
}

/** The folders of all lessons in the order in which they are read, whatever is in them. */
export async function lessonFolders(contentFolder: string): Promise<LessonFolder[]> {
  const courses = await readCourses(contentFolder)
  return (await Promise.all(courses.map(({ id }) => lessonFoldersOf(contentFolder, id)))).flat()
}

/** All courses with their lessons in order; a lesson that is not written in this language comes in English. */
export async function listCourses(contentFolder: string, locale: Locale): Promise<CourseContent[]> {
  return Promise.all(
    (await readCourses(contentFolder)).map(async ({ id: courseId, ...head }) => {
      const lessons: LessonSummary[] = []
      for (const { slug, folder, number } of await lessonFoldersOf(contentFolder, courseId)) {
        const found = await readLesson(join(contentFolder, folder), locale)
        if (!found) continue
        const shown = relative(contentFolder, found.path)
        lessons.push({
          ...checked(lessonHead, frontMatter(found.source, shown), shown),
          locale: found.locale,
          course: courseId,
          courseNumber: head.number,
          number,
          slug,
        })
      }
      return { id: courseId, ...head, lessons }
    }),
  )
}

/** Compiles one lesson. Throws LabError scenario-invalid naming file and line; an MDX error is never swallowed. */
export async function compileLesson(contentFolder: string, slug: string, locale: Locale): Promise<CompiledLesson | undefined> {
  const lessons = (await listCourses(contentFolder, locale)).flatMap((c) => c.lessons)
  const summary = lessons.find((l) => l.slug === slug)
  if (!summary) return undefined
  const folder = join(contentFolder, 'courses', summary.course, `${String(summary.number).padStart(2, '0')}-${slug}`)
  const file = join(folder, `lesson.${summary.locale}.mdx`)
  const shown = relative(contentFolder, file)
  const source = await readFile(file, 'utf8')
  const consoles: ConsoleBlock[] = []
  const glossary = localiseGlossary(await readGlossaryFile(contentFolder), summary.locale, lessons)
  const others = glossary.filter((term) => term.lesson?.slug !== slug)
  const terms: GlossaryTerm[] = []
  let sections: LessonSection[] = []
  const { code } = await bundleMDX({
    source,
    mdxOptions: (options) => ({
      ...options,
      remarkPlugins: [
        ...(options.remarkPlugins ?? []),
        remarkGfm,
        [remarkConsole, { file: shown, onBlock: (block: ConsoleBlock) => consoles.push(block) }],
        [remarkTerms, { terms: others, locale, onTerm: (term: GlossaryTerm) => terms.push(term) }],
      ],
      rehypePlugins: [
        ...(options.rehypePlugins ?? []),
        rehypeSlug,
        [rehypeSections, { onSections: (found: LessonSection[]) => (sections = found) }],
        [rehypeAutolinkHeadings, { behavior: 'wrap' }],
        [rehypeShiki, { langs: [...codeLanguages], themes: { light: 'github-light', dark: 'github-dark' }, defaultColor: false }],
      ],
    }),
  })
  const quizFile = join(folder, `quiz.${summary.locale}.yaml`)
  const questions = checked(quiz, parse(await readFile(quizFile, 'utf8')), relative(contentFolder, quizFile))
  return { summary, code, consoles, terms, sections, quiz: questions }
}
