/** How far something is; a total of 0 means that the end is not known. */
import styles from "./ProgressBar.module.css";

type Props = { current: number; total: number; percent: number; label?: string; plain?: boolean };

export function ProgressBar({ current, total, percent, label = "Progress", plain = false }: Props) {
  const known = total > 0;
  const shown = Math.min(100, percent);
  return (
    <div className={styles.row}>
      <div
        className={styles.track}
        role="progressbar"
        aria-label={label}
        aria-valuenow={known ? shown : undefined}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div
          className={known ? styles.bar : `${styles.bar} ${styles.unknown}`}
          style={known ? { width: `${shown}%` } : undefined}
        />
      </div>
      {!plain && (
        <span className={`dim number ${styles.share}`}>{known ? `${shown}%` : current}</span>
      )}
    </div>
  );
}
