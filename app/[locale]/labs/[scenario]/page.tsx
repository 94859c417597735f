// A lab on its own page: the ticket on the left, the lab on the right.
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { LabProvider } from '../../../lab/lab-context.tsx'
import { Ticket } from '../../../lab/ticket.tsx'
import { WorkPage } from '../../../lab/work-page.tsx'
import { lessonNumber, lessonOfScenario, readScenario, readScenarios } from '../../../server/library.ts'
import { TopBar } from '../../../shell/top-bar.tsx'
import { textsOf, writtenLocales } from '../../../texts/texts.ts'
import { pageLocale } from '../../page-locale.ts'

interface LabProps {
  params: Promise<{ locale: string; scenario: string }>
}

export async function generateStaticParams() {
  const pages = await Promise.all(
    writtenLocales.map(async (locale) => (await readScenarios(locale)).map(({ scenario }) => ({ locale, scenario: scenario.id }))),
  )
  return pages.flat()
}

export async function generateMetadata({ params }: LabProps): Promise<Metadata> {
  const loaded = await readScenario((await params).scenario, await pageLocale(params))
  return loaded ? { title: loaded.text.title, description: loaded.text.summary } : {}
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
      <TopBar locale={locale} crumbs={[{ label: texts.labs, href: `/${locale}#labs` }, { label: text.title }]} />
      <LabProvider scenario={{ id, title: text.title, minutes: scenario.minutes, number }} begin="broken">
        <WorkPage reading="ticket">
          <Ticket
            title={text.title}
            summary={text.summary}
            ticket={text.ticket}
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
