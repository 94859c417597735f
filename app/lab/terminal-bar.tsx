'use client'
// Tabs of open terminals, and the menu that opens more: laptop, nodes, pods, outside hosts; beside them the ways to the map and to a packet's path.
import { DropdownMenu } from 'radix-ui'
import type { KeyboardEvent } from 'react'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { useLabController, useLabView } from './lab-context.tsx'
import { diagnosisHash, mapHash, pathHash, readingHash, useHash } from './page-hash.ts'

const groups = ['laptop', 'node', 'pod', 'host'] as const
export const terminalTabId = (id: string): string => `tab-${id}`
export const terminalPanelId = (id: string): string => `panel-${id}`

interface BarProps {
  reader: boolean
  onReader: (on: boolean) => void
  /** no shell can be opened now */
  closed: boolean
}

export function TerminalBar({ reader, onReader, closed }: BarProps) {
  const texts = useTexts()
  const controller = useLabController()
  const view = useLabView()
  const { terminals, active, beside } = view
  const hash = useHash()
  const mapped = hash === mapHash
  const diagnosed = hash === diagnosisHash

  /** Arrow keys move between tabs, as in every tab list. */
  const onKeyDown = (event: KeyboardEvent) => {
    const at = terminals.findIndex((tab) => tab.id === active)
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (event.key === 'Delete' && active && !closed) {
      controller?.tabs.close(active)
      event.preventDefault()
    }
    if (!step || terminals.length === 0) return
    const next = terminals[(at + step + terminals.length) % terminals.length]
    if (!next) return
    controller?.tabs.show(next.id)
    document.getElementById(terminalTabId(next.id))?.focus()
    event.preventDefault()
  }

  const other = terminals.find((tab) => tab.id !== active)
  return (
    <div className="tabs">
      <div className="tablist" role="tablist" aria-label={texts.lab.terminals} onKeyDown={onKeyDown}>
        {terminals.map((tab) => (
          <span
            key={tab.id}
            role="presentation"
            className={`tab ${tab.exited ? 'exited' : ''}`}
            data-shown={tab.id === active || tab.id === beside}
          >
            <button
              type="button"
              role="tab"
              id={terminalTabId(tab.id)}
              aria-controls={terminalPanelId(tab.id)}
              aria-selected={tab.id === active}
              tabIndex={tab.id === active ? 0 : -1}
              onClick={() => controller?.tabs.show(tab.id)}
              onAuxClick={(event) => event.button === 1 && controller?.tabs.close(tab.id)}
            >
              <code>{tab.label}</code>
            </button>
          </span>
        ))}
      </div>
      <TargetMenu disabled={closed} />
      <span className="sp" />
      <a className="follow" href={mapped ? readingHash : mapHash} aria-current={mapped ? 'true' : undefined}>
        {texts.map.open}
      </a>
      <a className="follow" href={diagnosed ? readingHash : diagnosisHash} aria-current={diagnosed ? 'true' : undefined}>
        {texts.diagnosis.open}
      </a>
      {!closed && (
        <a className="follow" href={pathHash}>
          {texts.path.open}
        </a>
      )}
      {terminals.length > 1 && (
        <button
          type="button"
          className="tool"
          aria-pressed={beside !== undefined}
          aria-label={beside ? texts.lab.single : texts.lab.beside}
          title={beside ? texts.lab.single : texts.lab.beside}
          onClick={() => controller?.tabs.showBeside(beside ? undefined : other?.id)}
        >
          <Icon name="split" />
        </button>
      )}
      <button
        type="button"
        className="tool"
        aria-pressed={reader}
        aria-label={texts.lab.screenReader}
        title={texts.lab.screenReader}
        onClick={() => onReader(!reader)}
      >
        <Icon name="reader" />
      </button>
      {active && !closed && (
        <button
          type="button"
          className="tool"
          aria-label={texts.lab.closeTerminal(terminals.find((tab) => tab.id === active)?.label ?? '')}
          title={texts.lab.closeTerminal(terminals.find((tab) => tab.id === active)?.label ?? '')}
          onClick={() => controller?.tabs.close(active)}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  )
}

function TargetMenu({ disabled }: { disabled: boolean }) {
  const texts = useTexts()
  const controller = useLabController()
  const { snapshot } = useLabView()
  const targets = snapshot?.targets ?? []
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button
          type="button"
          className="tool"
          disabled={disabled || targets.length === 0}
          aria-label={texts.lab.openMore}
          title={texts.lab.openMore}
        >
          <Icon name="plus" />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" sideOffset={4}>
          {groups.map((group) => {
            const members = targets.filter((target) => target.group === group)
            if (members.length === 0) return null
            return (
              <DropdownMenu.Group key={group}>
                <DropdownMenu.Label>{texts.lab.groups[group]}</DropdownMenu.Label>
                {members.map(({ target, label, address }) => (
                  <DropdownMenu.Item key={target} onSelect={() => void controller?.openTerminal(target)}>
                    <code>{label}</code>
                    {address && <code className="dim">{address}</code>}
                  </DropdownMenu.Item>
                ))}
              </DropdownMenu.Group>
            )
          })}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
