// Home: where to go on, courses with their lessons, some labs, what runs.
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { readRows } from '../catalogue/rows.ts'
import { CourseList } from '../home/course-list.tsx'
import { HomeLabs } from '../home/home-labs.tsx'
import { MachinePanel } from '../home/machine-panel.tsx'
import { Resume } from '../home/resume.tsx'
import { readCourses } from '../server/library.ts'
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
  const [courses, rows, status] = await Promise.all([readCourses(locale), readRows(learner, locale), webServices().status(learner, locale)])
  const solved = new Set(rows.filter((row) => row.solvedMs !== undefined).map((row) => row.id))
  return (
    <>
      <TopBar locale={locale} current="courses" />
      <main className="home" id="main">
        <Resume locale={locale} rows={rows} />
        <div className="cols">
          <CourseList locale={locale} courses={courses} solved={solved} />
          <HomeLabs locale={locale} rows={rows} />
        </div>
        {(status.pool || status.labs.length > 0) && (
          <MachinePanel first={status} titles={Object.fromEntries(rows.map(({ id, title }) => [id, title]))} />
        )}
      </main>
    </>
  )
}
