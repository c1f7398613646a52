using System.Text.Json;
using System.Text.Json.Serialization;
using MnistService.Database;
using MnistService.Inference;
using MnistService.Models;
using MnistService.Training;

var builder = WebApplication.CreateBuilder(args);
builder.Services.Configure<MnistService.Hosting.DataOptions>(builder.Configuration.GetSection("MnistService:Data"));
builder.Services.Configure<MnistService.Hosting.ModelsOptions>(builder.Configuration.GetSection("MnistService:Models"));
builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase)));
builder.Services.AddServiceDatabase();
builder.Services.AddInference();
builder.Services.AddModels();
builder.Services.AddTraining();
var app = builder.Build();
app.MapModels();
app.MapTraining();
app.Run();
