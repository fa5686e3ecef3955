/** What the Pro API sends and takes, as far as we use it. Names and values are Jamf's (11.30.1). */

/** The eleven fields that Jamf requires, and the texts. */
export interface NewPackage {
  readonly packageName: string;
  readonly fileName: string;
  readonly categoryId: string;
  readonly info: string;
  readonly notes: string;
  readonly priority: number;
  readonly fillUserTemplate: boolean;
  readonly rebootRequired: boolean;
  readonly osInstall: boolean;
  readonly suppressUpdates: boolean;
  readonly suppressFromDock: boolean;
  readonly suppressEula: boolean;
  readonly suppressRegistration: boolean;
}

/** `hashType` and `hashValue` are Jamf's own account of the uploaded file, there once it was processed. */
export interface JamfPackage {
  readonly id: string;
  readonly packageName: string;
  readonly fileName: string;
  readonly notes?: string | null;
  readonly cloudTransferStatus?: string | null;
  readonly hashType?: string | null;
  readonly hashValue?: string | null;
  /** `234KB`; nothing while nothing was uploaded. */
  readonly size?: string | null;
}

export interface ComputerGroup {
  readonly id: string;
  readonly name: string;
  readonly smartGroup?: boolean;
}

export interface InventoryRow {
  readonly id: string;
  readonly general?: {
    readonly name?: string | null;
    readonly platform?: string | null;
    readonly lastCheckIn?: string | null;
    readonly lastContact?: string | null;
    /** Before v4. */
    readonly lastContactTime?: string | null;
    readonly reportDate?: string | null;
  };
  readonly operatingSystem?: { readonly version?: string | null };
  readonly packageReceipts?: { readonly installedByJamfPro?: readonly string[] | null };
}

/** Live servers write `date_completed…`, Jamf's document `date_time…`. Epochs are milliseconds, as number or text. */
export interface PolicyLogRow {
  readonly policy_id: number | string;
  readonly status?: string;
  readonly date_completed_epoch?: number | string;
  readonly date_completed_utc?: string;
  readonly date_time_epoch?: number | string;
  readonly date_time_utc?: string;
}
