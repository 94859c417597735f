// A lesson: reading on the left, its healthy lab on the right.
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { locales } from '../../../../labs/spec/names.ts'
import { LabProvider } from '../../../lab/lab-context.tsx'
import { WorkPage } from '../../../lab/work-page.tsx'
import { LessonBody } from '../../../lesson/lesson-body.tsx'
import { ReadingKeeper } from '../../../lesson/reading-keeper.tsx'
import { TermCards } from '../../../lesson/term-cards.tsx'
import '../../../lesson/lesson.css'
import { lessonNumber, readCourses, readDiagnosis, readLesson, readScenario } from '../../../server/library.ts'
import { LessonNeighbours } from '../../../shell/lesson-neighbours.tsx'
import { Ruler } from '../../../shell/ruler.tsx'
import { TopBar } from '../../../shell/top-bar.tsx'
import { Untranslated } from '../../../shell/untranslated.tsx'
import { textsOf } from '../../../texts/texts.ts'
import { pageLocale } from '../../page-locale.ts'

interface LessonProps {
  params: Promise<{ locale: string; slug: string }>
}

/** Every lesson is compiled by the build, so that a broken one breaks the build. */
export async function generateStaticParams() {
  const pages = await Promise.all(
    locales.map(async (locale) => (await readCourses(locale)).flatMap((c) => c.lessons).map(({ slug }) => ({ locale, slug }))),
  )
  return pages.flat()
}

export async function generateMetadata({ params }: LessonProps): Promise<Metadata> {
  const { slug } = await params
  const lesson = (await readCourses(await pageLocale(params))).flatMap((c) => c.lessons).find((l) => l.slug === slug)
  return lesson ? { title: lesson.title, description: lesson.lede } : {}
}

export default async function LessonPage({ params }: LessonProps) {
  const locale = await pageLocale(params)
  const texts = textsOf(locale)
  const lesson = await readLesson((await params).slug, locale)
  if (!lesson) notFound()
  const { summary, code, quiz, terms } = lesson
  const courses = await readCourses(locale)
  const course = courses.find((c) => c.id === summary.course)
  const loaded = await readScenario(summary.scenario, locale)
  if (!course || !loaded) throw new Error(`${summary.slug}: its scenario ${summary.scenario} does not exist`)
  const number = lessonNumber(summary)
  const place = course.lessons.findIndex((l) => l.slug === summary.slug) + 1
  const courseTitle = course.title[locale] ?? course.title.en ?? course.id
  return (
    <>
      <TopBar locale={locale} crumbs={[{ label: courseTitle, href: `/${locale}` }, { label: `${number} ${summary.title}` }]}>
        <div className="place">
          <Ruler label={texts.lessonPlace(place, course.lessons.length)} total={course.lessons.length} done={[]} now={place} />
        </div>
      </TopBar>
      <LabProvider scenario={{ id: summary.scenario, title: loaded.text.title, minutes: loaded.scenario.minutes, number }} begin="healthy">
        <WorkPage reading="lesson">
          <div className="lesson-column" lang={summary.locale}>
            <p className="label" lang={locale}>
              {texts.lesson.place(courseTitle, number, summary.minutes)}
            </p>
            <h1>{summary.title}</h1>
            <p className="lede">{summary.lede}</p>
            <Untranslated what="lesson" wanted={locale} found={summary.locale} />
            <p className="lesson-links" lang={locale}>
              <a href="#exercise">{texts.lesson.skip}</a>
            </p>
            <LessonBody slug={summary.slug} code={code} questions={quiz} diagnosis={await readDiagnosis(locale)} />
            <TermCards terms={terms} />
            <ReadingKeeper slug={summary.slug} />
            <LessonNeighbours locale={locale} lessons={courses.flatMap((c) => c.lessons)} slug={summary.slug} />
          </div>
        </WorkPage>
      </LabProvider>
    </>
  )
}
