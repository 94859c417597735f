'use client'
// The ticket above the terminals of a lesson's lab, once it is broken; a lab's own page shows it in full on the left.
import type { LabSnapshot } from '../../labs/spec/lab.ts'
import { Prose } from '../shell/prose.tsx'
import { useTexts } from '../texts/locale-context.tsx'

export function TicketLine({ ticket }: { ticket: NonNullable<LabSnapshot['ticket']> }) {
  const texts = useTexts()
  return (
    <details className="ticket-line" open>
      <summary>
        <b>{texts.lab.ticket}</b> <span className="dim">{texts.lab.ticketFrom(ticket.from)}</span>
      </summary>
      <div>
        <Prose text={ticket.body} />
      </div>
    </details>
  )
}
