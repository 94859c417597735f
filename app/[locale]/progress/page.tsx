// What a learner has done, and the file in which to take it along: there is no account.
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { ProgressPanel } from '../../progress/progress-panel.tsx'
import { readCourses, readScenarios } from '../../server/library.ts'
import { learnerHeader, webServices } from '../../server/web-services.ts'
import { TopBar } from '../../shell/top-bar.tsx'
import { textsOf } from '../../texts/texts.ts'
import { pageLocale } from '../page-locale.ts'
import './progress.css'

interface ProgressProps {
  params: Promise<{ locale: string }>
}

export async function generateMetadata({ params }: ProgressProps): Promise<Metadata> {
  const { title, intro } = textsOf(await pageLocale(params)).progress
  return { title, description: intro }
}

export default async function ProgressPage({ params }: ProgressProps) {
  const locale = await pageLocale(params)
  const texts = textsOf(locale).progress
  const learner = (await headers()).get(learnerHeader)
  const [courses, scenarios, solved] = await Promise.all([
    readCourses(locale),
    readScenarios(locale),
    learner ? webServices().solved(learner) : [],
  ])
  return (
    <>
      <TopBar locale={locale} current="progress" />
      <main className="progress" id="main">
        <h1>{texts.title}</h1>
        <p>{texts.intro}</p>
        <ProgressPanel
          lessons={courses.flatMap((course) => course.lessons).map(({ slug }) => slug)}
          labs={scenarios.length}
          solved={solved.map(({ scenario }) => scenario).filter((id) => scenarios.some(({ scenario }) => scenario.id === id)).length}
        />
      </main>
    </>
  )
}
