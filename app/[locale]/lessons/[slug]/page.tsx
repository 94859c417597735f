// A lesson: the text on the left, the healthy lab it works in on the right.
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { LabProvider } from '../../../lab/lab-context.tsx'
import { WorkPage } from '../../../lab/work-page.tsx'
import { LessonBody } from '../../../lesson/lesson-body.tsx'
import { lessonNumber, readCourses, readLesson, readScenario } from '../../../server/library.ts'
import { Ruler } from '../../../shell/ruler.tsx'
import { TopBar } from '../../../shell/top-bar.tsx'
import { textsOf, writtenLocales } from '../../../texts/texts.ts'
import { pageLocale } from '../../page-locale.ts'

interface LessonProps {
  params: Promise<{ locale: string; slug: string }>
}

/** Every lesson is compiled by the build, so that a broken one breaks the build. */
export async function generateStaticParams() {
  const pages = await Promise.all(
    writtenLocales.map(async (locale) =>
      (await readCourses(locale)).flatMap((course) => course.lessons.map((lesson) => ({ locale, slug: lesson.slug }))),
    ),
  )
  return pages.flat()
}

export async function generateMetadata({ params }: LessonProps): Promise<Metadata> {
  const { slug } = await params
  const lesson = (await readCourses(await pageLocale(params))).flatMap((course) => course.lessons).find((l) => l.slug === slug)
  return lesson ? { title: lesson.title, description: lesson.lede } : {}
}

export default async function LessonPage({ params }: LessonProps) {
  const locale = await pageLocale(params)
  const texts = textsOf(locale)
  const { slug } = await params
  const lesson = await readLesson(slug, locale)
  if (!lesson) notFound()
  const course = (await readCourses(locale)).find((c) => c.id === lesson.summary.course)
  const loaded = await readScenario(lesson.summary.scenario, locale)
  if (!course || !loaded) throw new Error(`lesson ${slug} names the scenario ${lesson.summary.scenario}, which does not exist`)
  const number = lessonNumber(lesson.summary)
  const place = course.lessons.findIndex((l) => l.slug === slug) + 1
  return (
    <>
      <TopBar
        locale={locale}
        crumbs={[
          { label: course.title[locale] ?? course.title.en ?? course.id, href: `/${locale}` },
          { label: `${number} ${lesson.summary.title}` },
        ]}
      >
        <div className="place">
          <Ruler label={texts.lessonPlace(place, course.lessons.length)} total={course.lessons.length} done={[]} now={place} />
        </div>
      </TopBar>
      <LabProvider
        scenario={{ id: loaded.scenario.id, title: loaded.text.title, minutes: loaded.scenario.minutes, number }}
        begin="healthy"
      >
        <WorkPage reading="lesson">
          <LessonBody lesson={lesson} locale={locale} />
        </WorkPage>
      </LabProvider>
    </>
  )
}
