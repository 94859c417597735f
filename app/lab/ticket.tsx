'use client'
// The reading side of a lab's page: what a colleague reports, and what the lab is like. Says nothing of the cause.
import type { Locale, RuntimeName } from '../../labs/spec/names.ts'
import type { Scenario } from '../../labs/spec/scenario.ts'
import { Level } from '../shell/level.tsx'
import { Inline, Prose } from '../shell/prose.tsx'
import { Untranslated } from '../shell/untranslated.tsx'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import { useLabView } from './lab-context.tsx'

interface TicketProps {
  title: string
  summary: string
  /** of title, summary and ticket */
  language: Locale
  ticket: { from: string; body: string }
  level: Scenario['level']
  minutes: number
  runtimes: RuntimeName[]
  /** places that will have a shell */
  hosts: string[]
  lesson: { slug: string; title: string } | undefined
}

export function Ticket({ title, summary, language, ticket, level, minutes, runtimes, hosts, lesson }: TicketProps) {
  const texts = useTexts()
  const locale = useLocale()
  const running = useLabView().snapshot?.ticket // names the addresses of that very lab
  return (
    <div className="col">
      <h1 lang={language}>{title}</h1>
      <p className="lede" lang={language}>
        <Inline text={summary} />
      </p>
      <Untranslated what="lab" wanted={locale} found={language} />
      <section className="ticket" lang={language} aria-labelledby="ticket-title">
        <h2 id="ticket-title" className="label" lang={locale}>
          {texts.lab.ticketFrom(ticket.from)}
        </h2>
        <Prose text={(running ?? ticket).body} />
      </section>
      <h2>{texts.lab.whatToDo}</h2>
      <p>{texts.lab.intro}</p>
      <dl className="about">
        <dt>{texts.lab.facts.level}</dt>
        <dd>
          <Level level={level} label={texts.home.levels[level]} />
        </dd>
        <dt>{texts.lab.facts.time}</dt>
        <dd>{texts.home.minutes(minutes)}</dd>
        <dt>{texts.lab.facts.runsOn}</dt>
        <dd>
          <code>{runtimes.join(', ')}</code>
        </dd>
        <dt>{texts.lab.facts.hosts}</dt>
        <dd>
          <code>{hosts.join(', ')}</code>
        </dd>
        {lesson && (
          <>
            <dt>{texts.lab.facts.lesson}</dt>
            <dd>
              <a href={`/${locale}/lessons/${lesson.slug}`}>{lesson.title}</a>
            </dd>
          </>
        )}
      </dl>
    </div>
  )
}
