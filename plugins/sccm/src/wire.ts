/** What AdminService answers, as far as we read it. Every value may be null: WMI knows no other way to have nothing. */

export type Maybe<T> = T | null | undefined;

/** A list, and also the answer to a GET by key. */
export interface Envelope<Row> {
  readonly value: readonly Row[];
  readonly '@odata.nextLink'?: string;
}

export interface Application {
  /** Of this revision; the next one has another. */
  readonly CI_ID: number;
  /** `ScopeId_…/Application_…`, the same for all revisions. */
  readonly ModelName: string;
  /** The number that deployments know it by; the same for all revisions. */
  readonly ModelID: number;
  readonly LocalizedDisplayName: Maybe<string>;
  /** The administrator's comment. */
  readonly LocalizedDescription: Maybe<string>;
  readonly NumberOfDeploymentTypes: Maybe<number>;
  readonly IsExpired: Maybe<boolean>;
}

export interface ApplicationAssignment {
  readonly AssignmentID: number;
  readonly AssignmentName: Maybe<string>;
  readonly AssignmentDescription: Maybe<string>;
  readonly AppModelID: number;
  readonly TargetCollectionID: string;
  /** 1 install, 2 uninstall. */
  readonly DesiredConfigType: Maybe<number>;
  /** 0 required, 2 available. */
  readonly OfferTypeID: Maybe<number>;
  readonly Enabled: Maybe<boolean>;
}

export interface ContentPackage {
  readonly PackageID: string;
  /** The application's `ModelName`. */
  readonly SecurityKey: Maybe<string>;
  readonly SourceVersion: Maybe<number>;
}

export interface DistributionPointGroup {
  readonly GroupID: string;
  readonly Name: string;
}

export interface GroupContentStatus {
  readonly ID: number;
  readonly GroupID: string;
  readonly DPName: Maybe<string>;
  /** 1 success, 2 in progress, 3 and 4 failed. */
  readonly MessageState: Maybe<number>;
}

export interface PointContentStatus {
  /** `["Display=\\DP01.CONTOSO.COM\"]MSWNET:["SMS_SITE=ABC"]\\DP01.CONTOSO.COM\` */
  readonly ServerNALPath: string;
  /** 0 installed, 1, 2 and 7 on the way, 3 failed, 4 to 6 being removed. */
  readonly State: Maybe<number>;
}

export interface Collection {
  readonly CollectionID: string;
  readonly Name: string;
  readonly Comment: Maybe<string>;
  /** 1 users, 2 devices. */
  readonly CollectionType: Maybe<number>;
  /** 1 ready, 5 awaiting refresh. */
  readonly CurrentStatus: Maybe<number>;
  /** As of the last evaluation. */
  readonly MemberCount: Maybe<number>;
  readonly LimitToCollectionID: Maybe<string>;
  /** Before 1990: never. */
  readonly LastRefreshTime: Maybe<string>;
  /** Only when asked by key. */
  readonly CollectionRules?: Maybe<readonly CollectionRule[]>;
}

export interface CollectionRule {
  readonly RuleName: string;
  readonly QueryExpression?: Maybe<string>;
}

export interface Member {
  readonly ResourceID: number;
  readonly Name: Maybe<string>;
  readonly IsClient: Maybe<boolean>;
  readonly SiteCode: Maybe<string>;
}

export interface AssetDetails {
  readonly MachineID: number;
  readonly AssignmentID: number;
  /** 1 success, 2 in progress, 3 requirements not met, 4 unknown, 5 error. */
  readonly StatusType: Maybe<number>;
  readonly EnforcementState: Maybe<number>;
  readonly UserName: Maybe<string>;
}

export interface SystemResource {
  readonly ResourceID: number;
  readonly Name: Maybe<string>;
  readonly Client: Maybe<number>;
  readonly Obsolete: Maybe<number>;
  readonly Decommissioned: Maybe<number>;
  readonly OperatingSystemNameandVersion: Maybe<string>;
  /** When each discovery agent saw it last. */
  readonly AgentTime: Maybe<readonly string[]>;
}

export interface Site {
  readonly SiteCode: string;
  readonly SiteName: Maybe<string>;
  readonly Version: Maybe<string>;
}
