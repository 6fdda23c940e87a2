
namespace Outreach.Domain.Encounters;

// Values of encounter fields. They are stored by name: members are added, never renamed or removed.

/// <summary>Where an encounter took place.</summary>
public enum LocationType
{
    NotSaid = 0,
    InService = 1,
    Street = 2,
    MobileVan = 3,
    Residence = 4,
    Hotel = 5,
    ShelterOrAgency = 6,
    PublicSpace = 7,
    BarOrClub = 8,
    Jail = 9,
    Pharmacy = 10,
    OpioidAgonistClinic = 11,
    TreatmentProgram = 12,
    Party = 13,
    Mail = 14,
    Other = 15,
}

/// <summary>Whom supplies are for.</summary>
public enum OnBehalfOf
{
    NotSaid = 0,
    Self = 1,
    Others = 2,
    SelfAndOthers = 3,
}

/// <summary>A service given.</summary>
public enum Service
{
    NotSaid = 0,
    Education = 1,
    OverdoseTraining = 2,
    WoundCare = 3,
    HivTest = 4,
    HcvTest = 5,
    StiTest = 6,
    Counselling = 7,
    DrugChecking = 8,
    CommunityCleanUp = 9,
    CaseManagement = 10,
    BasicNeeds = 11,
    Vaccination = 12,
    Other = 13,
}

/// <summary>A kind of referral.</summary>
public enum ReferralKind
{
    NotSaid = 0,
    WithdrawalManagement = 1,
    Medication = 2,
    Residential = 3,
    Outpatient = 4,
    Therapy = 5,
    PeerSupport = 6,
    Aftercare = 7,
    MentalHealth = 8,
    Medical = 9,
    Housing = 10,
    Social = 11,
    Other = 12,
}

/// <summary>Why supplies are being replaced.</summary>
public enum RefillReason
{
    NotSaid = 0,
    Used = 1,
    Lost = 2,
    Expired = 3,
    GivenAway = 4,
    Confiscated = 5,
    Stolen = 6,
    Other = 7,
}

/// <summary>Yes, no, or not known.</summary>
public enum YesNoUnknown
{
    NotKnown = 0,
    Yes = 1,
    No = 2,
}

/// <summary>A form of overdose reversal medication that was given.</summary>
public enum MedicationForm
{
    NotSaid = 0,
    Nasal = 1,
    Intramuscular = 2,
    AutoInjector = 3,
    Other = 4,
}

/// <summary>Why emergency services were not called.</summary>
public enum NotCalledReason
{
    NotSaid = 0,
    FearOfPolice = 1,
    PersonRecovered = 2,
    PersonDeclined = 3,
    NoPhone = 4,
    HelpPresent = 5,
    Other = 6,
}

/// <summary>What happened to the person after an overdose.</summary>
public enum OverdoseOutcome
{
    NotSaid = 0,
    PersonOk = 1,
    EmergencyServices = 2,
    Police = 3,
    EmergencyDepartment = 4,
    Died = 5,
    Unknown = 6,
}

/// <summary>A drug that was suspected.</summary>
public enum SuspectedDrug
{
    NotSaid = 0,
    Heroin = 1,
    Fentanyl = 2,
    Cocaine = 3,
    Stimulant = 4,
    Benzodiazepine = 5,
    OpioidPills = 6,
    Xylazine = 7,
    Alcohol = 8,
    Unknown = 9,
    Other = 10,
}

/// <summary>A sign of overdose that was seen.</summary>
public enum OverdoseSign
{
    NotSaid = 0,
    Breathing = 1,
    Unresponsive = 2,
    Colour = 3,
    Other = 4,
}
