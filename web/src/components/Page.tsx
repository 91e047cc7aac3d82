/** The frame of a page: breadcrumbs, document title, heading and actions. */
import type { ReactNode } from "react";
import { useDocumentState } from "#ui/documentState";
import type { Status } from "#util/status";
import { type Crumb, useCrumbs } from "./crumbs";
import styles from "./Page.module.css";

type Props = {
  /** Ancestors; the page itself is added. */
  crumbs?: readonly Crumb[];
  title: string;
  /** What the breadcrumbs call it, where they say the rest of the title already. */
  crumb?: string;
  /** As wide as a form, in the middle. */
  narrow?: boolean;
  /** Shown in the tab's favicon. */
  status?: Status;
  badge?: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
};

export function Page(props: Props) {
  const { crumbs = [], title, crumb = title, narrow, status } = props;
  const { badge, subtitle, actions, children } = props;
  useCrumbs([...crumbs, { label: crumb }]);
  useDocumentState(title, status);
  return (
    <div className={styles.page} data-narrow={narrow}>
      <header className={styles.head}>
        <div className={styles.words}>
          <div className={styles.title}>
            <h1>{title}</h1>
            {badge}
          </div>
          {subtitle}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
