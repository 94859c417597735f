// Home: where to go on, courses with their lessons, the table of labs.
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { CourseList } from '../home/course-list.tsx'
import type { LabRow } from '../home/lab-row.ts'
import { LabTable } from '../home/lab-table.tsx'
import { MachinePanel } from '../home/machine-panel.tsx'
import { Resume } from '../home/resume.tsx'
import { lessonNumber, readCourses, readScenarios } from '../server/library.ts'
import { learnerHeader, webServices } from '../server/web-services.ts'
import { TopBar } from '../shell/top-bar.tsx'
import { textsOf } from '../texts/texts.ts'
import { pageLocale } from './page-locale.ts'

interface HomeProps {
  params: Promise<{ locale: string }>
}

export async function generateMetadata({ params }: HomeProps): Promise<Metadata> {
  return { title: textsOf(await pageLocale(params)).courses }
}

export default async function Home({ params }: HomeProps) {
  const locale = await pageLocale(params)
  const learner = (await headers()).get(learnerHeader) ?? undefined
  const { progress: readProgress, status: readStatus } = webServices()
  const [courses, scenarios, progress, status] = await Promise.all([
    readCourses(locale),
    readScenarios(locale),
    readProgress(learner),
    readStatus(learner, locale),
  ])
  const lessons = courses.flatMap((course) => course.lessons)
  const rows = scenarios.map(({ scenario, text, locale: language }): LabRow => {
    const lesson = lessons.find((l) => l.scenario === scenario.id)
    const mine = progress.scenarios.find((p) => p.scenarioId === scenario.id)
    const running = progress.running.find((lab) => lab.scenarioId === scenario.id)
    return {
      id: scenario.id,
      number: lesson ? lessonNumber(lesson) : undefined,
      lesson: lesson?.slug,
      title: text.title,
      summary: text.summary,
      language,
      level: scenario.level,
      minutes: scenario.minutes,
      runtimes: scenario.runtimes,
      running: running && { state: running.state, createdAt: running.createdAt },
      solvedMs: mine?.solved?.ms,
      triedAt: mine?.lastAt,
    }
  })
  rows.sort((a, b) => (a.number ?? '9').localeCompare(b.number ?? '9', 'en', { numeric: true }) || a.title.localeCompare(b.title, locale))
  const solved = new Set(rows.filter((row) => row.solvedMs !== undefined).map((row) => row.id))
  return (
    <>
      <TopBar locale={locale} current="courses" />
      <main className="home" id="main">
        <Resume locale={locale} rows={rows} />
        <div className="cols">
          <CourseList locale={locale} courses={courses} solved={solved} />
          <LabTable rows={rows} />
        </div>
        {(status.pool || status.labs.length > 0) && (
          <MachinePanel first={status} titles={Object.fromEntries(rows.map(({ id, title }) => [id, title]))} />
        )}
      </main>
    </>
  )
}
