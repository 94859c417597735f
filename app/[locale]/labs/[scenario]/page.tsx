// A lab on its own page: the ticket on the left, the lab on the right.
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { composeDebrief } from '../../../../labs/catalogue/debrief.ts'
import type { LoadedScenario } from '../../../../labs/catalogue/scenario-catalogue.ts'
import { locales } from '../../../../labs/spec/names.ts'
import { fillKnown, writtenAddresses } from '../../../../labs/spec/placeholder.ts'
import { LabProvider } from '../../../lab/lab-context.tsx'
import type { SolvedBefore } from '../../../lab/solved-before.ts'
import { Ticket } from '../../../lab/ticket.tsx'
import { WorkPage } from '../../../lab/work-page.tsx'
import { lessonNumber, lessonOfScenario, readScenario, readScenarios } from '../../../server/library.ts'
import { learnerHeader, webServices } from '../../../server/web-services.ts'
import { TopBar } from '../../../shell/top-bar.tsx'
import { textsOf } from '../../../texts/texts.ts'
import { pageLocale } from '../../page-locale.ts'

interface LabProps {
  params: Promise<{ locale: string; scenario: string }>
}

export async function generateStaticParams() {
  const pages = await Promise.all(
    locales.map(async (locale) => (await readScenarios(locale)).map(({ scenario }) => ({ locale, scenario: scenario.id }))),
  )
  return pages.flat()
}

export async function generateMetadata({ params }: LabProps): Promise<Metadata> {
  const loaded = await readScenario((await params).scenario, await pageLocale(params))
  return loaded ? { title: loaded.text.title, description: loaded.text.summary } : {}
}

/** The debrief of the last solution: the lab that had it may be gone. */
async function readSolvedBefore({ scenario, text, locale }: LoadedScenario): Promise<SolvedBefore | undefined> {
  const learner = (await headers()).get(learnerHeader) ?? undefined
  const solution = await webServices().lastSolution(learner, scenario.id)
  if (!solution) return undefined
  const next = scenario.next && (await readScenario(scenario.next, locale))
  const { runtime, startedAt, solvedAt } = solution
  return {
    debrief: composeDebrief(scenario, text, solution, next ? { id: next.scenario.id, title: next.text.title } : undefined),
    about: { runtime, startedAt, solvedAt, hints: scenario.hints },
  }
}

export default async function LabPage({ params }: LabProps) {
  const locale = await pageLocale(params)
  const texts = textsOf(locale)
  const { scenario: id } = await params
  const loaded = await readScenario(id, locale)
  if (!loaded) notFound()
  const { scenario, text } = loaded
  const lesson = await lessonOfScenario(id, locale)
  const number = lesson && lessonNumber(lesson)
  return (
    <>
      <TopBar locale={locale} crumbs={[{ label: texts.labs, href: `/${locale}/labs` }, { label: text.title }]} />
      <LabProvider scenario={{ id, title: text.title, minutes: scenario.minutes, number }} begin="broken">
        <WorkPage reading="ticket" solvedBefore={await readSolvedBefore(loaded)}>
          <Ticket
            title={text.title}
            summary={text.summary}
            language={loaded.locale}
            ticket={{ ...text.ticket, body: fillKnown(text.ticket.body, writtenAddresses(scenario.hosts)) }}
            level={scenario.level}
            minutes={scenario.minutes}
            runtimes={scenario.runtimes}
            hosts={['laptop', 'control-plane', 'worker', 'worker2', ...scenario.hosts.map((host) => host.name)]}
            lesson={lesson && { slug: lesson.slug, title: `${number} ${lesson.title}` }}
          />
        </WorkPage>
      </LabProvider>
    </>
  )
}
