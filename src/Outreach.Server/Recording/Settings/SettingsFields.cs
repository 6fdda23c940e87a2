using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Rpc;
using FieldMask = Google.Protobuf.WellKnownTypes.FieldMask;

namespace Outreach.Server.Recording.Settings;

/// <summary>
/// The fields of one kind of settings. Each is declared once, with its name, its bounds, and how it is read, written and merged; creating,
/// updating and responding all use this table.
/// </summary>
/// <param name="name">The name of the message in requests, for example <c>site</c>; its id is then <c>site_id</c>.</param>
/// <param name="create">Creates settings from an id, every field still at its default.</param>
internal sealed class SettingsFields<TWire, T>(string name, Func<string, T> create)
    where TWire : class, IMessage<TWire>, new()
    where T : class, ISettings
{
    private static readonly MessageDescriptor Message = new TWire().Descriptor;

    private readonly List<Field> fields = [];
    private readonly List<Action<TWire, Versioned<T>>> outputs = [];
    private readonly FieldDescriptor id = GetField($"{name}_id"), etag = GetField("etag");
    private readonly FieldDescriptor createTime = GetField("create_time"), updateTime = GetField("update_time");

    /// <summary>A text of <paramref name="min"/> to <paramref name="max"/> characters, without the white space around it.</summary>
    public SettingsFields<TWire, T> Text(string field, int min, int max, Func<T, string> get, Func<T, string, T> set)
    {
        var wire = GetField(field).Accessor;
        return Add(
            field, (sent, path, violations) => FieldParser.ParseText((string)wire.GetValue(sent), path, min, max, violations), wire.SetValue, get, set);
    }

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public SettingsFields<TWire, T> Number(string field, int min, int max, Func<T, int> get, Func<T, int, T> set)
    {
        var wire = GetField(field).Accessor;
        return Add(
            field,
            (sent, path, violations) => FieldParser.ParseCount((int)wire.GetValue(sent), path, min, max, violations),
            (sent, value) => wire.SetValue(sent, value),
            get,
            set);
    }

    /// <summary>A required enum member. The domain's members have the numbers of the API's.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="get">Reads the member.</param>
    /// <param name="set">Sets the member.</param>
    /// <param name="onlyNew">True if the field is set when the settings are added and never changes.</param>
    public SettingsFields<TWire, T> Enum<TEnum>(string field, Func<T, TEnum> get, Func<T, TEnum, T> set, bool onlyNew = false)
        where TEnum : struct, Enum
    {
        var (wire, type) = (GetField(field).Accessor, GetField(field).EnumType.ClrType);
        return Add(
            field,
            (sent, path, violations) => FieldParser.ParseEnum<TEnum>((int)wire.GetValue(sent), path, violations),
            (sent, member) => wire.SetValue(sent, System.Enum.ToObject(type, member)),
            get,
            set,
            onlyNew);
    }

    /// <summary>A yes or no.</summary>
    public SettingsFields<TWire, T> Flag(string field, Func<T, bool> get, Func<T, bool, T> set)
    {
        var wire = GetField(field).Accessor;
        return Add(field, (sent, _, _) => (bool)wire.GetValue(sent), (sent, value) => wire.SetValue(sent, value), get, set);
    }

    /// <summary>A field of any form.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="parse">Reads the value and adds every violation, given the field's path. After a violation the value is not used.</param>
    /// <param name="write">Writes the value into the message.</param>
    /// <param name="get">Reads the value of the settings.</param>
    /// <param name="set">Returns the settings with this value.</param>
    /// <param name="onlyNew">True if the field is set when the settings are added and never changes.</param>
    public SettingsFields<TWire, T> Add<TValue>(
        string field, Func<TWire, string, Violations, TValue> parse, Action<TWire, TValue> write, Func<T, TValue> get, Func<T, TValue, T> set, bool onlyNew = false)
    {
        fields.Add(new Field(
            GetField(field).Name,
            onlyNew,
            (sent, path, violations) =>
            {
                var value = parse(sent, path, violations);
                return settings => set(settings, value);
            },
            (wire, settings) => write(wire, get(settings)),
            (settings, changes) => set(settings, get(changes))));
        return this;
    }

    /// <summary>What the server alone sets in the message.</summary>
    public SettingsFields<TWire, T> Output(Action<TWire, Versioned<T>> write)
    {
        outputs.Add(write);
        return this;
    }

    /// <summary>Reads settings that are to be added.</summary>
    /// <param name="sent">The settings as sent.</param>
    /// <param name="defaults">Sets the values of fields that the request leaves out; null for the values of <c>create</c>.</param>
    /// <param name="check">Adds violations that concern several fields; null for none.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public T ParseNew(TWire? sent, Func<T, T>? defaults = null, Action<TWire, Violations>? check = null)
    {
        var violations = new Violations();
        var message = Require(sent, violations);
        var parsed = Parse(message, fields, violations);
        check?.Invoke(message, violations);
        violations.ThrowIfAny();
        var settings = create(GetId(message));
        return parsed(defaults is null ? settings : defaults(settings));
    }

    /// <summary>Reads a change of the fields in a mask; without a mask, of the fields that are present in the message.</summary>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public SettingsUpdate<T> ParseUpdate(TWire? sent, FieldMask? mask)
    {
        var violations = new Violations();
        var message = Require(sent, violations);
        var names = FieldMasks.GetFieldNames(message, mask, [.. fields.Where(field => !field.OnlyNew).Select(field => field.Name)], violations);
        var parsed = Parse(message, fields.Where(field => names.Contains(field.Name)), violations);
        var expectedVersion = FieldParser.ParseEtag((string)etag.Accessor.GetValue(message), $"{name}.etag", violations);
        violations.ThrowIfAny();
        return new SettingsUpdate<T>(parsed(create(GetId(message))), [.. names], expectedVersion);
    }

    /// <summary>The settings after an update.</summary>
    public T Merge(T settings, SettingsUpdate<T> update) =>
        fields.Where(field => !field.OnlyNew && update.Fields.Contains(field.Name))
            .Aggregate(settings, (merged, field) => field.Merge(merged, update.Value));

    /// <summary>The message for an answer.</summary>
    public TWire ToWire(Versioned<T> settings)
    {
        var wire = new TWire();
        id.Accessor.SetValue(wire, settings.Value.GetId());
        foreach (var field in fields)
            field.Write(wire, settings.Value);
        etag.Accessor.SetValue(wire, settings.Version.ToString(CultureInfo.InvariantCulture));
        createTime.Accessor.SetValue(wire, WireTime.ToWire(settings.AddedAt));
        updateTime.Accessor.SetValue(wire, WireTime.ToWire(settings.ChangedAt));
        foreach (var write in outputs)
            write(wire, settings);
        return wire;
    }

    private static FieldDescriptor GetField(string field) =>
        Message.FindFieldByName(field) ?? throw new ArgumentException($"{Message.FullName} has no field '{field}'.", nameof(field));

    private string GetId(TWire message) => (string)id.Accessor.GetValue(message);

    private TWire Require(TWire? sent, Violations violations)
    {
        if (sent is null)
            violations.Add(name, "is required.");
        return sent ?? new TWire();
    }

    private Func<T, T> Parse(TWire message, IEnumerable<Field> parsed, Violations violations)
    {
        _ = FieldParser.ParseId(GetId(message), $"{name}.{id.Name}", violations);
        var setters = parsed.Select(field => field.Parse(message, $"{name}.{field.Name}", violations)).ToList();
        return settings => setters.Aggregate(settings, (set, setter) => setter(set));
    }

    /// <param name="Name">The field's name.</param>
    /// <param name="OnlyNew">True if it never changes.</param>
    /// <param name="Parse">Reads the value, and returns what sets it.</param>
    /// <param name="Write">Writes the value into the message.</param>
    /// <param name="Merge">Returns the first settings with the value of the second.</param>
    private sealed record Field(
        string Name, bool OnlyNew, Func<TWire, string, Violations, Func<T, T>> Parse, Action<TWire, T> Write, Func<T, T, T> Merge);
}
