using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>Finds the properties of a JSON file that its type does not have, all at once.</summary>
internal static class UnknownProperties
{
    /// <summary>Adds an error for each, with the known name that is most like it.</summary>
    public static void AddTo(MappingErrors errors, JsonElement element, JsonTypeInfo type, string path = "")
    {
        switch (type.Kind, element.ValueKind)
        {
            case (JsonTypeInfoKind.Object, JsonValueKind.Object):
                AddOfObject(errors, element, type, path);
                break;
            case (JsonTypeInfoKind.Dictionary, JsonValueKind.Object):
                foreach (var entry in element.EnumerateObject())
                    AddTo(errors, entry.Value, type.Options.GetTypeInfo(type.ElementType!), $"{path}.{entry.Name}");
                break;
            case (JsonTypeInfoKind.Enumerable, JsonValueKind.Array):
                foreach (var (i, item) in element.EnumerateArray().Index())
                    AddTo(errors, item, type.Options.GetTypeInfo(type.ElementType!), $"{path}[{i}]");
                break;
        }
    }

    private static void AddOfObject(MappingErrors errors, JsonElement element, JsonTypeInfo type, string path)
    {
        var known = MappingFile.PropertiesOf(type).ToDictionary(p => p.Name, p => p.PropertyType);
        foreach (var property in element.EnumerateObject())
        {
            var place = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            if (known.TryGetValue(property.Name, out var propertyType))
                AddTo(errors, property.Value, type.Options.GetTypeInfo(propertyType), place);
            else
                errors.Add(place, $"is not a property here; did you mean '{known.Keys.MinBy(n => Distance(n, property.Name))}'?");
        }
    }

    /// <summary>Edit distance (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
